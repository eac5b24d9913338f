import type { PhotoView } from '../../domain/views.ts';
import { useDistrict } from '../queryHooks.ts';
import { showMoment } from '../words.ts';
import { photoAddress } from './photos.ts';

interface PhotoChooserProps {
  label: string;
  photos: readonly PhotoView[];
  value: string;
  onChange: (value: unknown) => void;
}

/** Chooses one photo of the record. */
export function PhotoChooser({ label, photos, value, onChange }: PhotoChooserProps) {
  const district = useDistrict();
  const kept = photos.filter(({ isDestroyed }) => !isDestroyed);
  if (kept.length === 0) return <p className="photo-none">没有照片可选</p>;
  return (
    <div className="upload-grid" role="radiogroup" aria-label={label}>
      {kept.map((photo, at) => (
        <label key={photo.id} className="upload-item">
          <img
            src={photoAddress(district, photo.id, 'thumbnail')}
            alt={`第 ${at + 1} 张，${showMoment(photo.at)}`}
          />
          <span className="upload-words">
            <input
              type="radio"
              name="photo"
              checked={value === photo.id}
              onChange={() => onChange(photo.id)}
            />{' '}
            第 {at + 1} 张
          </span>
        </label>
      ))}
    </div>
  );
}
