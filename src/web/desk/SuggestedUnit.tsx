/** Suggested unit 派单建议: what the duty matrix says of the issue being dispatched; Enter takes it. */
import { useEffect } from 'react';
import { Button } from 'antd';
import type { DutySuggestion } from '../../domain/dutySuggestion.ts';
import { useAsk } from '../queryHooks.ts';
import type { ActionFormState } from './useActionForm.ts';

interface SuggestedUnitProps {
  issueId: string;
  form: Pick<ActionFormState, 'values' | 'change' | 'preset' | 'isSending'>;
}

export function SuggestedUnit({ issueId, form }: SuggestedUnitProps) {
  const { data } = useAsk('issueView', { id: issueId });
  const suggestion = data?.suggestion ?? null;
  const unitId = suggestion?.unit?.id;
  const { values, change, preset, isSending } = form;
  const isOpen = unitId !== undefined && values.unitId === undefined;
  useEffect(() => {
    if (isOpen) preset('unitId', unitId);
  });
  if (!suggestion) return null;
  const assisting = (values.assistUnitIds ?? []) as string[];
  const helpers = helpersOf(suggestion).filter(
    ({ id }) => id !== values.unitId && !assisting.includes(id),
  );
  const isTaken = unitId !== undefined && values.unitId === unitId;
  return (
    <section className="suggestion" aria-label="派单建议">
      <SuggestionWords suggestion={suggestion} />
      {isTaken && suggestion.unit && (
        <Button type="primary" htmlType="submit" loading={isSending}>
          按建议派给{suggestion.unit.name}
          <kbd className="key">Enter</kbd>
        </Button>
      )}
      {unitId !== undefined && !isTaken && (
        <p className="field-hint">
          与建议不同的派单会计入改派统计，供修订责任分解表。
          <Button type="link" size="small" onClick={() => change('unitId', unitId)}>
            改回建议单位
          </Button>
        </p>
      )}
      {helpers.length > 0 && (
        <div className="buttons">
          {helpers.map(({ id, name }) => (
            <Button
              key={id}
              size="small"
              onClick={() => change('assistUnitIds', [...assisting, id])}
            >
              + {name}协办
            </Button>
          ))}
        </div>
      )}
    </section>
  );
}

/** Territory and further units, and who supervises: each may be asked to assist. */
const helpersOf = ({ helpers, supervising, unit }: DutySuggestion) => [
  ...helpers,
  ...(supervising && supervising.id !== unit?.id && !helpers.some(({ id }) => id === supervising.id)
    ? [supervising]
    : []),
];

/** '建议：区环卫中心（责任分解表 12 号，本区）', who supervises, and why other rows lost. */
export function SuggestionWords({ suggestion }: { suggestion: DutySuggestion }) {
  const { unit, supervising, territory, owner, sentence, others } = suggestion;
  const further = [
    supervising && `主管：${supervising.name}`,
    territory && `属地：${territory.name}`,
    owner && `权属：${owner.name}`,
  ].filter(Boolean);
  return (
    <div>
      <div>
        建议：<strong>{unit?.name ?? '无'}</strong>（{sentence}）
      </div>
      {further.length > 0 && <div className="soft">{further.join('；')}</div>}
      {others.length > 0 && (
        <details>
          <summary className="soft">另有 {others.length} 条规则相符但未采用</summary>
          <ul className="reason-list">
            {others.map(({ id, code, isOwn, why }) => (
              <li key={id} className="soft">
                {code} 号（{isOwn ? '本区' : '基础'}）：{why}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
