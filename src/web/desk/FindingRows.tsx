/** Finding rows 测评发现: what inspections found, as it stands beside a report or an issue, with its photos. */
import { measureText } from '../../domain/finding.ts';
import type { FindingItem } from '../../domain/findingApi.ts';
import { paths } from '../paths.ts';
import { useDistrict } from '../queryHooks.ts';
import { showMoment } from '../words.ts';
import { Link } from '../ui/Link.tsx';
import { photoAddress } from './photos.ts';
import './findings.css';

/** Where it was found, in one line. */
export const findingPlace = ({ siteName, areaName, address }: FindingItem): string =>
  [siteName, areaName, siteName === null ? address : null].filter(Boolean).join(' · ');

export const FindingPhotos = ({ item }: { item: FindingItem }) => {
  const district = useDistrict();
  if (item.photoIds.length === 0) return null;
  return (
    <div className="finding-photos">
      {item.photoIds.map((id, at) => (
        <a key={id} href={photoAddress(district, id, 'shown')} target="_blank" rel="noreferrer">
          <img
            src={photoAddress(district, id, 'thumbnail')}
            alt={`${item.item}，第 ${at + 1} 张`}
            loading="lazy"
          />
        </a>
      ))}
    </div>
  );
};

export const FindingRows = ({ findings }: { findings: readonly FindingItem[] }) =>
  findings.map((item) => (
    <div key={item.id} className="row-card">
      <div className="row-card-head">
        <Link href={paths.finding(item.id)}>{item.item}</Link>
        <span className="soft">{measureText(item)}</span>
        {item.status === 'withdrawn' && <span className="mark mark-off">已撤回</span>}
      </div>
      {item.words && <div className="cell-two">{item.words}</div>}
      <div className="cell-sub">
        {findingPlace(item)} · {item.assessorName} · {showMoment(item.foundAt)} 检查
      </div>
      <FindingPhotos item={item} />
    </div>
  ));
