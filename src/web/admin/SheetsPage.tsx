/** Sheets 主数据表格: any master data out as a spreadsheet, and in again with a preview. */
import { Input, Select } from 'antd';
import { localDay } from '../../domain/moment.ts';
import { mayLoad, sheetNames, sheets, type SheetName } from '../../domain/sheetList.ts';
import { useFilters } from '../desk/useFilters.ts';
import { useDistrict } from '../queryHooks.ts';
import { useSession } from '../session.tsx';
import { useNow } from '../ui/hooks.ts';
import { Panel } from '../ui/Panel.tsx';
import { Empty } from '../ui/States.tsx';
import { sheetAddress } from './sheetClient.ts';
import { SheetLoads } from './SheetLoads.tsx';
import { SheetPreview } from './SheetPreview.tsx';
import { SheetUpload } from './SheetUpload.tsx';
import './sheets.css';

export default function SheetsPage() {
  const { post } = useSession();
  const [filters, change] = useFilters();
  const own = sheetNames.filter((name) => post && mayLoad(sheets[name], post.role));
  const chosen = own.find((name) => name === filters.sheet) ?? own[0];
  if (!chosen)
    return (
      <Empty title="您的岗位没有可以导入导出的表格" words="主数据由系统管理员和安全管理员维护。" />
    );
  return (
    <>
      <div className="page-head">
        <h1>主数据表格</h1>
        <span className="grow" />
        <Select
          aria-label="表格种类"
          style={{ width: 200 }}
          listHeight={440}
          value={chosen}
          options={own.map((name) => ({ value: name, label: sheets[name].title }))}
          onChange={(sheet: SheetName) =>
            change({ sheet, load: undefined, kind: undefined, page: undefined })
          }
        />
      </div>
      {filters.load ? (
        <div className="sheet-preview">
          <SheetPreview key={filters.load} id={filters.load} />
        </div>
      ) : (
        <div className="sheet-steps">
          <Download sheet={chosen} />
          <SheetUpload sheet={chosen} onLoaded={(load) => change({ load, kind: undefined })} />
        </div>
      )}
      <SheetLoads sheet={chosen} />
    </>
  );
}

function Download({ sheet }: { sheet: SheetName }) {
  const district = useDistrict();
  const [filters, change] = useFilters();
  const today = localDay(useNow());
  const day = filters.day ?? today;
  return (
    <Panel title="一、下载，在表格软件里修改">
      <p className="soft">{sheets[sheet].explain.join('')}</p>
      <label className="sheet-day">
        哪一天生效的内容
        <Input
          type="date"
          value={day}
          onChange={(event) => change({ day: event.target.value || undefined })}
        />
      </label>
      <p className="sheet-links">
        <a href={sheetAddress(district, sheet, 'xlsx', { day })} download>
          下载 XLSX
        </a>
        <a href={sheetAddress(district, sheet, 'csv', { day })} download>
          下载 CSV
        </a>
        <a href={sheetAddress(district, sheet, 'xlsx', { isEmpty: true })} download>
          空白模板
        </a>
      </p>
    </Panel>
  );
}
