/** Photos of a record, small ones that open large; a destroyed photo keeps its place. */
import type { PhotoView } from '../../domain/views.ts';
import { useDistrict } from '../queryHooks.ts';
import { showMoment } from '../words.ts';

export function PhotoStrip({ photos, label }: { photos: readonly PhotoView[]; label: string }) {
  const district = useDistrict();
  if (photos.length === 0) return null;
  return (
    <div className="field-photos" role="group" aria-label={label}>
      {photos.map(({ id, at, takenAt, isDestroyed }, index) => (
        <figure key={id} className="field-photo">
          {isDestroyed ? (
            <span className="field-photo-gone">照片已销毁</span>
          ) : (
            <a href={`/api/${district}/photos/${id}/shown`} target="_blank" rel="noreferrer">
              <img
                src={`/api/${district}/photos/${id}/thumbnail`}
                alt={`${label}第 ${index + 1} 张，点开看大图`}
                loading="lazy"
              />
            </a>
          )}
          <figcaption>{takenAt ? `摄于 ${showMoment(takenAt)}` : showMoment(at)}</figcaption>
        </figure>
      ))}
    </div>
  );
}
