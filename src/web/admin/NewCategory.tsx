/** A new category of the district's own: which 大类 it belongs to, then the form with the next free code. */
import { useState } from 'react';
import { Modal, Select } from 'antd';
import type { CategoryFields } from '../../domain/category.ts';
import type { QueryOutput } from '../../domain/api.ts';
import { CategoryForm } from './CategoryForm.tsx';

type Major = QueryOutput<'categoryList'>['majors'][number];

interface NewCategoryProps {
  majors: readonly Major[];
  grades: readonly string[];
  onDone: (code: string) => void;
  onClose: () => void;
}

const blankOf = ({ kind, code, name, freeCode }: Major): CategoryFields => ({
  name: '',
  kind,
  majorCode: code,
  majorName: name,
  minorCode: freeCode?.slice(3) ?? null,
  legacyCode: null,
  isExtension: true,
  dispatchRule: kind === 'part' ? '先属主后属地' : '先属地后属主',
  defaultUnits: [],
  alleyTags: [],
  civilityFields: [],
  conditions: [
    {
      no: 1,
      openWhen: '',
      closeWhen: '',
      limit: { value: 1, unit: 'workDay' },
      severity: 'C',
    },
  ],
  keywords: [],
  collectRule: null,
  duplicateRadius: 50,
  duplicateWindow: 24,
  sourceFlag: 'DESIGN',
});

export function NewCategory({ majors, grades, onDone, onClose }: NewCategoryProps) {
  const [major, setMajor] = useState<Major | null>(null);
  const [isChosen, setChosen] = useState(false);
  const code = major?.freeCode;
  if (isChosen && major && code)
    return (
      <CategoryForm
        title={`新增类别 · ${major.name}`}
        code={code}
        start={blankOf(major)}
        grades={grades}
        edited={null}
        onDone={() => onDone(code)}
        onClose={onClose}
      />
    );
  return (
    <Modal
      open
      title="新增类别"
      okText="填写内容"
      cancelText="取消"
      okButtonProps={{ disabled: !code }}
      onOk={() => setChosen(true)}
      onCancel={onClose}
    >
      <p>本区扩展的小类从 99 起向下编号，不占用国家标准的代码。</p>
      <Select
        aria-label="所属大类"
        placeholder="请选择所属大类"
        style={{ width: '100%' }}
        value={major?.key}
        options={majors.map(({ key, kind, name, freeCode }) => ({
          value: key,
          label: `${kind === 'part' ? '部件' : '事件'} · ${name}（${freeCode ?? '扩展代码已用完'}）`,
          disabled: freeCode === null,
        }))}
        onChange={(key) => setMajor(majors.find((each) => each.key === key) ?? null)}
      />
      {code && <p className="field-hint">新类别的代码：{code}</p>}
    </Modal>
  );
}
