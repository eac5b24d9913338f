import { Image } from 'antd';

export interface Photo {
  id: string;
  thumbnail: string;
  shown: string;
  words: string;
  isGone: boolean;
}

export interface PhotoColumn {
  title: string;
  photos: readonly Photo[];
  emptyWords: string;
}

/** Photos side by side, before and after; a click shows them large, arrows go through all. */
export function PhotoPair({ columns }: { columns: readonly PhotoColumn[] }) {
  return (
    <Image.PreviewGroup>
      <div
        className="photo-pair"
        style={{ gridTemplateColumns: `repeat(${columns.length}, minmax(0, 1fr))` }}
      >
        {columns.map(({ title, photos, emptyWords }) => (
          <section key={title} aria-label={title}>
            <h3>
              {title}
              <span className="soft"> {photos.length} 张</span>
            </h3>
            {photos.length === 0 && <p className="photo-none">{emptyWords}</p>}
            <div className="photo-grid">
              {photos.map((photo) => (
                <figure key={photo.id}>
                  {photo.isGone ? (
                    <p className="photo-none">已销毁，仅存记录</p>
                  ) : (
                    <Image
                      src={photo.thumbnail}
                      preview={{ src: photo.shown }}
                      alt={`${title}，${photo.words}`}
                      loading="lazy"
                    />
                  )}
                  <figcaption>{photo.words}</figcaption>
                </figure>
              ))}
            </div>
          </section>
        ))}
      </div>
    </Image.PreviewGroup>
  );
}
