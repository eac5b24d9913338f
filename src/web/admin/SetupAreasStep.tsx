/** The areas of a new district: files chosen or a list typed, read at once, with what is wrong by line. */
import { useRef, useState } from 'react';
import { Alert, Button, Input } from 'antd';
import { readAreas, type LineProblem } from '../../domain/setupAreas.ts';
import { DistrictCode } from '../../domain/setup.ts';
import { Panel } from '../ui/Panel.tsx';
import { textOfFile, type Draft } from './setupDraft.ts';
import { StepProblems, type StepProps } from './SetupSteps.tsx';

const largestFile = 50_000_000;
const shownLines = 100;

export function AreasStep({ draft, change, problems }: StepProps) {
  const [typed, setTyped] = useState('');
  const [isBusy, setBusy] = useState(false);
  const file = useRef<HTMLInputElement>(null);
  const code = draft.code.trim();
  const hasCode = DistrictCode.safeParse(code).success;

  const take = (texts: readonly string[]) => {
    const read = readAreas(texts, code);
    change({
      areas: read.areas,
      areaProblems: read.problems,
      areaNotes: read.notes,
      ...(draft.name.trim() === '' && read.districtName ? { name: read.districtName } : {}),
    });
  };
  const takeFiles = async (files: readonly File[]) => {
    if (files.length === 0) return;
    setBusy(true);
    try {
      const large = files.find(({ size }) => size > largestFile);
      if (large)
        return change({
          areas: [],
          areaNotes: [],
          areaProblems: [{ line: 0, message: `${large.name} 超过 50 MB，请只留下本区的行` }],
        });
      take(await Promise.all(files.map(textOfFile)));
    } finally {
      setBusy(false);
      if (file.current) file.current.value = '';
    }
  };

  return (
    <Panel title="区域">
      <div className="form">
        {!hasCode && <Alert type="info" showIcon title="请先在第 1 步填写区代码，再读取清单。" />}
        <p>
          街道乡镇和社区村的清单。可以一次选多个文件：CSV（列名 code,name
          或“代码,名称”，统计用区划代码也可）、GeoJSON；其他区的行会自动略过。边界建区后在“区域”页画。
        </p>
        <div className="buttons">
          <input
            ref={file}
            type="file"
            multiple
            hidden
            accept=".csv,.txt,.tsv,.json,.geojson"
            aria-label="区域清单文件"
            onChange={(event) => void takeFiles([...(event.target.files ?? [])])}
          />
          <Button loading={isBusy} disabled={!hasCode} onClick={() => file.current?.click()}>
            选择文件
          </Button>
        </div>
        <div className="field">
          <label htmlFor="setup-areas">或者粘贴清单</label>
          <Input.TextArea
            id="setup-areas"
            rows={6}
            value={typed}
            placeholder={'泉河街道\n  富乐社区\n  湖光社区\n龙山街道\n  迎宾社区'}
            onChange={(event) => setTyped(event.target.value)}
          />
          <p className="field-hint">一行一个；社区缩进写在街道下面，没有代码的按顺序编号。</p>
        </div>
        <div className="buttons">
          <Button disabled={!hasCode || typed.trim() === ''} onClick={() => take([typed])}>
            读取清单
          </Button>
        </div>
        <Read draft={draft} />
        <Lines problems={draft.areaProblems} />
        <StepProblems problems={problems} step="areas" />
      </div>
    </Panel>
  );
}

/** What the list came to: counts and each subdistrict with its communities. */
function Read({ draft: { areas, areaNotes } }: { draft: Draft }) {
  if (areas.length === 0) return null;
  const streets = areas.filter(({ code }) => code.length === 9);
  const below = (street: string) =>
    areas.filter(({ code }) => code.length === 12 && code.startsWith(street));
  const cells = areas.filter(({ code }) => code.length === 15).length;
  return (
    <>
      <p role="status">
        <strong>
          已读取：街道乡镇 {streets.length} 个，社区村{' '}
          {areas.filter(({ code }) => code.length === 12).length} 个
          {cells > 0 && `，单元网格 ${cells} 个`}
        </strong>
      </p>
      {areaNotes.map((note) => (
        <p key={note} className="soft">
          {note}
        </p>
      ))}
      <ul className="setup-list" hidden={streets.length === 0}>
        {streets.map(({ code, name }) => (
          <li key={code}>
            <span className="number soft">{code}</span> {name}
            <span className="soft">　{below(code).length} 个社区村</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Lines({ problems }: { problems: readonly LineProblem[] }) {
  if (problems.length === 0) return null;
  return (
    <div role="alert">
      <p className="field-error">有 {problems.length} 行要改正：</p>
      <ul className="setup-list">
        {problems.slice(0, shownLines).map(({ line, message }) => (
          <li key={`${line} ${message}`}>
            {line > 0 && <strong>第 {line} 行　</strong>}
            {message}
          </li>
        ))}
        {problems.length > shownLines && (
          <li className="soft">…… 其余 {problems.length - shownLines} 行</li>
        )}
      </ul>
    </div>
  );
}
