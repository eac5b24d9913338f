/** Place hint 坐标所在区域: which area a point lies in, and whether another one has been chosen. */
import { useAsk } from '../queryHooks.ts';

interface PlaceHintProps {
  lng: number | undefined;
  lat: number | undefined;
  /** The area chosen in the same form. */
  areaCode: unknown;
}

export function PlaceHint({ lng = 0, lat = 0, areaCode }: PlaceHintProps) {
  const isWhole = Math.abs(lng) > 1 && Math.abs(lat) > 1;
  const { data } = useAsk('areaAt', { lng, lat }, { enabled: isWhole, isKept: true });
  if (!isWhole || !data) return null;
  const { code, words } = data;
  const chosen = typeof areaCode === 'string' ? areaCode : '';
  const isOther = code !== null && !code.startsWith(chosen) && !chosen.startsWith(code);
  return (
    <div className="cell-sub" role="status">
      {code === null
        ? words
        : isOther
          ? `这一点在“${words}”，与所选区域不同，请核对`
          : `这一点在“${words}”`}
    </div>
  );
}
