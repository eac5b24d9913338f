/** Setting list 参数: every number of the loop in words, with its layer and all its versions. */
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import { settingLabels, type SettingCode, type Setting } from '../../domain/setting.ts';
import { settingText } from '../../domain/settingWords.ts';
import { askedOf, type QueryContext } from './context.ts';
import { placedVersions } from './versions.ts';

export async function settingList(
  context: QueryContext,
  _input: QueryInput<'settingList'>,
): Promise<QueryOutput<'settingList'>> {
  const asked = askedOf(context);
  const byCode = new Map<string, Setting[]>();
  for (const row of context.master.settingRows)
    byCode.set(row.code, [...(byCode.get(row.code) ?? []), row]);
  const items = (Object.keys(settingLabels) as SettingCode[]).flatMap((code) => {
    const versions = placedVersions('setting', byCode.get(code) ?? [], asked).map((row) => ({
      ...row,
      text: settingText(code, row.value),
    }));
    const inForce = versions.find(({ state }) => state === 'inForce');
    if (!inForce) return [];
    return [
      { code, label: settingLabels[code], text: inForce.text, layer: inForce.layer, versions },
    ];
  });
  return { items };
}
