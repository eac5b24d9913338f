/**
 * Where it is: position of the phone (WGS84, as the browser gives it, with its accuracy), and the area,
 * which is asked for when there is no position and can be corrected when there is.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import { Icon } from './Icon.tsx';

export interface Position {
  lng: number;
  lat: number;
  /** Meters, radius of 95 % confidence. */
  accuracy: number;
}

export interface PlaceDraft {
  position: Position | null;
  areaCode: string;
  address: string;
}

/** The place as an action's input asks for it; what is not known is left out. */
export const placeInput = ({ position, areaCode, address }: PlaceDraft) => ({
  ...(areaCode ? { areaCode } : {}),
  ...(position ? { place: { lng: position.lng, lat: position.lat } } : {}),
  ...(address.trim() ? { address: address.trim() } : {}),
});

export interface AreaChoice {
  code: string;
  name: string;
  level: string;
}

const poorMeters = 100;

const reasons: Record<number, string> = {
  1: '没有定位权限，请选择所在区域；也可在浏览器设置中允许定位后重试。',
  2: '暂时定位不到，请选择所在区域，或到开阔处重试。',
  3: '定位超时，请选择所在区域，或到开阔处重试。',
};

/** Asks the phone where it is; `problem` says what to do when it does not tell. */
export function useLocate(onFound: (position: Position) => void) {
  const [isLocating, setIsLocating] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const locate = useCallback(() => {
    if (!globalThis.isSecureContext || !navigator.geolocation) {
      setProblem('此连接不能定位，请选择所在区域并写明地址。');
      return;
    }
    setIsLocating(true);
    setProblem(null);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setIsLocating(false);
        const round = (degrees: number) => Number(degrees.toFixed(6));
        onFound({
          lng: round(coords.longitude),
          lat: round(coords.latitude),
          accuracy: Math.round(coords.accuracy),
        });
      },
      ({ code }) => {
        setIsLocating(false);
        setProblem(reasons[code] ?? '定位失败，请选择所在区域。');
      },
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 30_000 },
    );
  }, [onFound]);
  return { isLocating, problem, locate };
}

/** One choice for each level below the last: subdistrict, community, cell. */
function AreaSteps({
  areas,
  value,
  onChange,
}: {
  areas: readonly AreaChoice[];
  value: string;
  onChange: (code: string) => void;
}) {
  const levels: [length: number, label: string][] = [
    [9, '街道、乡镇'],
    [12, '社区、村'],
    [15, '网格'],
  ];
  return (
    <>
      {levels.map(([length, label]) => {
        const above = value.slice(0, length - 3);
        const choices = areas.filter(
          ({ code }) => code.length === length && (length === 9 || code.startsWith(above)),
        );
        if (choices.length === 0 || (length > 9 && above.length < length - 3)) return null;
        const chosen = value.length >= length ? value.slice(0, length) : '';
        return (
          <select
            key={length}
            className="field-input"
            aria-label={label}
            value={chosen}
            onChange={({ target }) => onChange(target.value || (length === 9 ? '' : above))}
          >
            <option value="">{length === 9 ? `请选择${label}` : `${label}（可不选）`}</option>
            {choices.map(({ code, name }) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </select>
        );
      })}
    </>
  );
}

interface Props {
  areas: readonly AreaChoice[];
  value: PlaceDraft;
  onChange: (part: Partial<PlaceDraft>) => void;
  /** Ask for the position as soon as the page opens. */
  isEager?: boolean;
  /** The area around a position, known without signal; a choice by hand goes before it. */
  areaOf?: ((position: Position) => string | null) | undefined;
}

export function PlaceField({ areas, value, onChange, isEager = false, areaOf }: Props) {
  const { position, areaCode, address } = value;
  const onFound = useRef(onChange);
  useEffect(() => {
    onFound.current = onChange;
  });
  const { isLocating, problem, locate } = useLocate(
    useCallback((found: Position) => onFound.current({ position: found }), []),
  );
  const [isAreaOpen, setIsAreaOpen] = useState(false);
  const hasBegun = useRef(false);
  useEffect(() => {
    if (!isEager || position || hasBegun.current) return;
    hasBegun.current = true;
    locate();
  }, [isEager, position, locate]);

  const found = position && areaOf && !isAreaOpen ? areaOf(position) : null;
  useEffect(() => {
    if (found && found !== areaCode) onFound.current({ areaCode: found });
  }, [found, areaCode]);

  const area = areas.find(({ code }) => code === areaCode);
  const isPoor = position !== null && position.accuracy > poorMeters;
  const showsArea = isAreaOpen || !area || (problem !== null && position === null);
  return (
    <section className="field-card" aria-label="位置">
      <h2>
        <Icon name="pin" size={20} /> 位置
      </h2>
      {position ? (
        <p role="status">
          已定位，误差约 <strong>{position.accuracy} 米</strong>
          {isPoor ? '，不太准，请补充地址或到开阔处重新定位' : ''}
          <br />
          <span className="field-quiet">
            东经 {position.lng.toFixed(5)}，北纬 {position.lat.toFixed(5)}
          </span>
        </p>
      ) : null}
      {problem ? (
        <p className="field-note field-note-wait" role="status">
          {problem}
        </p>
      ) : null}
      <button type="button" className="field-button" disabled={isLocating} onClick={locate}>
        <Icon name={position ? 'refresh' : 'pin'} size={20} />
        {isLocating ? '正在定位……' : position ? '重新定位' : '使用当前位置'}
      </button>
      {showsArea ? (
        <AreaSteps
          areas={areas}
          value={areaCode}
          onChange={(code) => {
            setIsAreaOpen(true);
            onChange({ areaCode: code });
          }}
        />
      ) : (
        <div className="field-category">
          <p>
            <span className="field-quiet">{found ? '所属区域（按定位）' : '所属区域'}</span>
            <br />
            <strong>
              {[9, 12, 15]
                .filter((length) => length <= area.code.length)
                .map(
                  (length) => areas.find(({ code }) => code === area.code.slice(0, length))?.name,
                )
                .join('') || area.name}
            </strong>
          </p>
          <button type="button" className="field-chip" onClick={() => setIsAreaOpen(true)}>
            更换
          </button>
        </div>
      )}
      <input
        className="field-input"
        aria-label="地址"
        placeholder="地址（可不填）：几号楼、门口、路口"
        maxLength={200}
        value={address}
        onChange={({ target }) => onChange({ address: target.value })}
      />
    </section>
  );
}
