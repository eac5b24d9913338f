import { useEffect, useRef, useState } from 'react';
import { Button, Progress } from 'antd';
import { newId, ProblemError } from '../client.ts';
import { uploadPhoto } from '../photoUpload.ts';

interface Upload {
  key: string;
  file: File;
  preview: string;
  share: number;
  photoId: string | null;
  problem: string | null;
  /** Refused for good: sending the same file again is of no use. */
  isRefused?: boolean;
}

interface PhotosInputProps {
  id: string;
  value: readonly string[];
  onChange: (value: string[]) => void;
}

/** Chooses and uploads photos at once, each with its progress; a failed one can be sent again. */
export function PhotosInput({ id, value, onChange }: PhotosInputProps) {
  const [uploads, setUploads] = useState<Upload[]>([]);
  const ids = useRef<readonly string[]>(value);
  const file = useRef<HTMLInputElement>(null);
  const previews = useRef<string[]>([]);
  useEffect(() => {
    ids.current = value;
  }, [value]);
  useEffect(() => () => previews.current.forEach((address) => URL.revokeObjectURL(address)), []);

  const isUnder = uploads.some(({ photoId, problem }) => !photoId && !problem);
  const isBroken = uploads.some(({ problem }) => problem);
  useEffect(() => {
    file.current?.setCustomValidity(
      isUnder
        ? '照片还在上传，请等传完再提交'
        : isBroken
          ? '有照片没有传上，请重传，或去掉后再提交'
          : '',
    );
  }, [isUnder, isBroken]);

  const mend = (key: string, part: Partial<Upload>) =>
    setUploads((list) =>
      list.map((upload) => (upload.key === key ? { ...upload, ...part } : upload)),
    );
  const give = (next: readonly string[]) => {
    ids.current = next;
    onChange([...next]);
  };
  const start = async ({ key, file }: Pick<Upload, 'key' | 'file'>) => {
    mend(key, { problem: null, isRefused: false, share: 0 });
    try {
      const photoId = await uploadPhoto(file, (share) => mend(key, { share }));
      mend(key, { photoId, share: 1 });
      give([...ids.current, photoId]);
    } catch (error) {
      mend(key, {
        problem: error instanceof Error ? error.message : '上传失败，请重试',
        isRefused: error instanceof ProblemError && error.status >= 400 && error.status < 429,
      });
    }
  };
  const add = (files: readonly File[]) => {
    const added = files.map((file) => ({
      key: newId(),
      file,
      preview: URL.createObjectURL(file),
      share: 0,
      photoId: null,
      problem: null,
    }));
    previews.current.push(...added.map(({ preview }) => preview));
    setUploads((list) => [...list, ...added]);
    void added.reduce((before, upload) => before.then(() => start(upload)), Promise.resolve());
  };
  const remove = (upload: Upload) => {
    setUploads((list) => list.filter(({ key }) => key !== upload.key));
    if (upload.photoId) give(ids.current.filter((photoId) => photoId !== upload.photoId));
  };

  return (
    <div>
      <label className="file-button">
        + 选择照片
        <input
          id={id}
          ref={file}
          className="visually-hidden"
          type="file"
          accept="image/jpeg,image/png,image/webp,image/heic"
          multiple
          onChange={(event) => {
            add([...(event.target.files ?? [])]);
            event.target.value = '';
          }}
        />
      </label>
      {uploads.length > 0 && (
        <ul className="upload-grid" aria-label="已选照片" style={{ padding: 0, listStyle: 'none' }}>
          {uploads.map((upload, at) => (
            <li key={upload.key} className="upload-item">
              <img src={upload.preview} alt={`第 ${at + 1} 张照片`} />
              <Button
                size="small"
                aria-label={`去掉第 ${at + 1} 张`}
                onClick={() => remove(upload)}
              >
                ×
              </Button>
              <div className="upload-words" role="status">
                {upload.problem ? (
                  <>
                    <span className="late">{upload.problem}</span>
                    {!upload.isRefused && (
                      <Button
                        type="link"
                        size="small"
                        style={{ position: 'static' }}
                        onClick={() => void start(upload)}
                      >
                        重传
                      </Button>
                    )}
                  </>
                ) : upload.photoId ? (
                  '已上传'
                ) : (
                  <>
                    正在上传 {Math.round(upload.share * 100)}%
                    <Progress
                      percent={Math.round(upload.share * 100)}
                      size="small"
                      showInfo={false}
                      aria-hidden
                    />
                  </>
                )}
              </div>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
