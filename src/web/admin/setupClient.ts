/** Setup client 建区请求: the calls of the wizard and of the restore, by session or by the setup token. */
import type {
  RestoreOrder,
  RestorePreview,
  RestoreSource,
  RestoreState,
} from '../../domain/restoreApi.ts';
import type { SetupDraft, SetupPageView, SetupPreview, SetupResult } from '../../domain/setup.ts';
import { sendWith } from '../client.ts';

/** Encoded, for a header carries no Chinese: what was typed wrong is refused by the server, in words. */
const headers = (token: string): Record<string, string> =>
  token ? { 'x-setup-token': encodeURIComponent(token) } : {};

export const loadSetup = (token: string): Promise<SetupPageView> =>
  sendWith('/api/setup', { method: 'GET', headers: headers(token) });

export const askPreview = (draft: SetupDraft, token: string): Promise<SetupPreview> =>
  sendWith('/api/setup/preview', { method: 'POST', body: draft, headers: headers(token) });

/** Safe to repeat: the same draft gives the same district. */
export const applyDraft = (draft: SetupDraft, token: string): Promise<SetupResult> =>
  sendWith('/api/setup/apply', { method: 'POST', body: draft, headers: headers(token) });

/** How far a restore is; its words only with the token. */
export const loadRestore = (token: string): Promise<RestoreState> =>
  sendWith('/api/setup/restore', { method: 'GET', headers: headers(token) });

export const askRestore = (source: RestoreSource, token: string): Promise<RestorePreview> =>
  sendWith('/api/setup/restore/preview', { method: 'POST', body: source, headers: headers(token) });

export const beginRestore = (order: RestoreOrder, token: string): Promise<RestoreState> =>
  sendWith('/api/setup/restore', { method: 'POST', body: order, headers: headers(token) });

/** Gives the password again, for what is sensitive. */
export const confirmPassword = (password: string, code: string): Promise<unknown> =>
  sendWith('/api/session/confirm', {
    method: 'POST',
    body: { password, ...(code ? { code } : {}) },
  });
