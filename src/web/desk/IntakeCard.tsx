/**
 * Intake card 识别建议: what the report seems to be, all together: category with the words that decided, place,
 * likely duplicate, unit with its row. One key takes all of it; whatever is changed below counts as corrected.
 */
import { Button } from 'antd';
import type { QueryOutput } from '../../domain/api.ts';
import { likelyFrom } from '../../domain/likeness.ts';
import type { Suggestion } from '../../domain/suggestion.ts';
import type { DutySuggestion } from '../../domain/dutySuggestion.ts';
import { useKeys } from '../ui/hooks.ts';
import { ReasonButton } from '../ui/ReasonButton.tsx';
import type { Values } from './formFields.ts';

type View = QueryOutput<'reportView'>;
type Near = View['near'][number];

interface IntakeCardProps {
  suggestion: Suggestion;
  /** The likeliest duplicate. */
  near: Near | undefined;
  /** What the duty matrix says of the form as it stands. */
  duty: DutySuggestion | undefined;
  values: Values;
  isBusy: boolean;
  onCategory: (code: string) => void;
  onPlace: (areaCode: string, siteId: string | null) => void;
  onJoin: (near: Near) => void;
  /** Files the report and dispatches it to the unit. */
  onTake: (unitId: string) => void;
  /** Why filing is not possible; null: it is. */
  reason: string | null;
}

/** What taking all of it would do, or why it cannot be done. */
function wholeOf({ near, duty, values, reason, onJoin, onTake }: IntakeCardProps): {
  label: string;
  reason: string | null;
  take: () => void;
} {
  const asked = (words: string) => ({ label: '全部采用', reason: words, take: () => undefined });
  if (near && near.score >= likelyFrom)
    return { label: `并入 ${near.item.number}`, reason, take: () => onJoin(near) };
  if (!values.categoryCode) return asked('类别把握不足，请先选择类别');
  if (!values.areaCode) return asked('地点还不能确定，请先选择所属区域');
  const unit = duty?.unit;
  if (!unit) return asked('没有建议的单位，请立案后选择单位派单');
  return { label: `立案并派给${unit.name}`, reason, take: () => onTake(unit.id) };
}

export function IntakeCard(props: IntakeCardProps) {
  const { suggestion, near, duty, values, isBusy, onCategory, onPlace } = props;
  const whole = wholeOf(props);
  const take = () => whole.reason === null && !isBusy && whole.take();
  const { category, place } = suggestion;
  const places = place ? (place.isClear ? place.candidates.slice(0, 1) : place.candidates) : [];
  useKeys({
    a: take,
    A: take,
    ...keysOf(guessKeys, category?.guesses ?? [], ({ code }) => onCategory(code)),
    ...keysOf(placeKeys, places, ({ areaCode, siteId }) => areaCode && onPlace(areaCode, siteId)),
  });
  return (
    <section className="suggestion intake" aria-label="识别建议">
      <dl className="intake-rows">
        <dt>类别</dt>
        <dd>
          {!category || category.guesses.length === 0 ? (
            <span className="soft">识别模型还在训练，请自行选择</span>
          ) : (
            <>
              {category.abstains && <div className="soft">把握不足，请核对后选择：</div>}
              {category.guesses.map(({ code, name, confidence, reasons }, at) => (
                <div key={code} className="intake-guess">
                  <Button
                    size="small"
                    type={values.categoryCode === code ? 'primary' : 'default'}
                    aria-pressed={values.categoryCode === code}
                    aria-keyshortcuts={guessKeys[at]}
                    onClick={() => onCategory(code)}
                  >
                    {name} {Math.round(confidence * 100)}%
                    {category.abstains && <Key letter={guessKeys[at]} />}
                  </Button>
                  {reasons.length > 0 && <span className="soft">因为“{reasons.join('”“')}”</span>}
                </div>
              ))}
            </>
          )}
        </dd>
        <dt>地点</dt>
        <dd>
          {!place ? (
            <span className="soft">文中没有认出登记的地名</span>
          ) : (
            <>
              {place.question && <div>{place.question}</div>}
              {places.map(({ name, areaCode, areaName, siteId, reason }, at) => (
                <div key={`${siteId}${areaCode}${name}`} className="intake-guess">
                  <Button
                    size="small"
                    type={isChosen(values, areaCode, siteId) ? 'primary' : 'default'}
                    aria-pressed={isChosen(values, areaCode, siteId)}
                    disabled={areaCode === null}
                    aria-keyshortcuts={placeKeys[at]}
                    onClick={() => areaCode && onPlace(areaCode, siteId)}
                  >
                    {areaName && areaName !== name ? `${name}（${areaName}）` : name}
                    {places.length > 1 && <Key letter={placeKeys[at]} />}
                  </Button>
                  <span className="soft">{reason}</span>
                </div>
              ))}
            </>
          )}
        </dd>
        <dt>重复</dt>
        <dd>
          {near ? (
            <>
              {near.score >= likelyFrom ? '很可能是' : '可能是'} {near.item.number}
              <span className="soft">（{near.why}）</span>
            </>
          ) : (
            <span className="soft">没有疑似重复的在办案件</span>
          )}
        </dd>
        <dt>单位</dt>
        <dd>
          {duty?.unit ? (
            <>
              {duty.unit.name}
              <span className="soft">（{duty.sentence}）</span>
            </>
          ) : (
            <span className="soft">{duty ? duty.sentence : '定了类别和区域后给出'}</span>
          )}
        </dd>
      </dl>
      <ReasonButton
        label={whole.label}
        reason={whole.reason}
        isPrimary
        isBusy={isBusy}
        shortcut="a"
        onClick={take}
      />
    </section>
  );
}

/** Keys that take the first three categories and places; the rest of the letters act on the report. */
const guessKeys = ['q', 'w', 'e'];
const placeKeys = ['z', 'x', 'v'];

function keysOf<T>(
  keys: readonly string[],
  items: readonly T[],
  take: (item: T) => unknown,
): Record<string, () => unknown> {
  return Object.fromEntries(
    items.flatMap((item, at) => (keys[at] ? [[keys[at], () => take(item)]] : [])),
  );
}

const Key = ({ letter }: { letter: string | undefined }) =>
  letter ? <kbd className="key">{letter.toUpperCase()}</kbd> : null;

const isChosen = (values: Values, areaCode: string | null, siteId: string | null): boolean =>
  values.areaCode === areaCode && (siteId === null || values.siteId === siteId);
