/** Versions of master data for their pages: layer, what each is today, and what may be done with it. */
import type { z } from 'zod';
import type { Asked } from '../../domain/action.ts';
import type { Moment } from '../../domain/moment.ts';
import { baseDistrict } from '../../domain/nouns.ts';
import type { VersionState } from '../../domain/standardsApi.ts';
import type { OpenAction } from '../../domain/views.ts';
import { openActions } from '../openActions.ts';

interface Version {
  id: string;
  district: string;
  version: number;
  status: string;
  validFrom: Moment;
  validTo: Moment | null;
}

interface Placed {
  layer: 'base' | 'own';
  state: z.infer<typeof VersionState>;
  actions: OpenAction[];
}

const isInForceAt = ({ validFrom, validTo }: Version, at: Moment): boolean =>
  validFrom <= at && (validTo === null || validTo > at);

function stateOf(
  row: Version,
  versions: readonly Version[],
  at: Moment,
): z.infer<typeof VersionState> {
  if (row.validFrom > at) return 'coming';
  if (!isInForceAt(row, at)) return 'past';
  const isHidden =
    row.district === baseDistrict &&
    versions.some((other) => other.district !== baseDistrict && isInForceAt(other, at));
  return isHidden ? 'overridden' : 'inForce';
}

/**
 * The versions of one code of both layers, the newest first. Base rows are changed by nobody in a
 * district; what may be done instead (a version of its own) is the page's to offer.
 */
export const placedVersions = <V extends Version>(
  noun: string,
  versions: readonly V[],
  asked: Asked,
): (V & Placed)[] =>
  [...versions]
    .sort((a, b) => (a.validFrom === b.validFrom ? 0 : a.validFrom < b.validFrom ? 1 : -1))
    .map((row) => ({
      ...row,
      layer: row.district === baseDistrict ? ('base' as const) : ('own' as const),
      state: stateOf(row, versions, asked.now),
      actions: row.district === asked.actor.district ? openActions(noun, row, asked) : [],
    }));
