/** Photos 照片: their addresses, and which side of before and after they belong to. */
import type { PhotoView } from '../../domain/views.ts';
import type { PhotoColumn } from '../ui/PhotoPair.tsx';
import { showMoment } from '../words.ts';

export const photoAddress = (
  district: string,
  id: string,
  size: 'shown' | 'thumbnail' | 'original',
): string => `/api/${district}/photos/${id}/${size}`;

/** Why a form's photos keep it from being sent: one is still on its way, or did not arrive. */
export const photoProblem = (form: HTMLFormElement | null): string | null =>
  [...(form?.querySelectorAll<HTMLInputElement>('input[type="file"]') ?? [])].find(
    ({ validity }) => validity.customError,
  )?.validationMessage ?? null;

const after = new Set(['rectify', 'selfHandle', 'finish']);
const checking = new Set(['pass', 'fail', 'answerConfirm']);

/** Photos in columns: before, after, and of the verification when there are any. */
export function photoColumns(
  district: string,
  photos: readonly PhotoView[],
  isIssue: boolean,
): PhotoColumn[] {
  const column = (
    title: string,
    emptyWords: string,
    belongs: (photo: PhotoView) => boolean,
  ): PhotoColumn => ({
    title,
    emptyWords,
    photos: photos.filter(belongs).map((photo) => ({
      id: photo.id,
      thumbnail: photoAddress(district, photo.id, 'thumbnail'),
      shown: photoAddress(district, photo.id, 'shown'),
      words: showMoment(photo.takenAt ?? photo.at),
      isGone: photo.isDestroyed,
    })),
  });
  const before = column(
    '整改前',
    '没有整改前照片',
    ({ action }) => !after.has(action) && !checking.has(action),
  );
  const rectified = column('整改后', '尚未整改反馈', ({ action }) => after.has(action));
  const checked = column(isIssue ? '复查' : '核实', '', ({ action }) => checking.has(action));
  if (!isIssue) {
    const own = { ...before, title: '来件照片', emptyWords: '没有照片' };
    return [own, ...[rectified, checked].filter(({ photos: list }) => list.length > 0)];
  }
  return [before, rectified, ...(checked.photos.length > 0 ? [checked] : [])];
}
