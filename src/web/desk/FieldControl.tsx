/** Field control 字段控件: one control for each kind of field a form may ask. */
import { Button, Checkbox, Input, InputNumber, Select } from 'antd';
import type { Line } from '../../domain/access.ts';
import type { Directory, PhotoView } from '../../domain/views.ts';
import { epochMs, localDay, localTime } from '../../domain/moment.ts';
import { useSession } from '../session.tsx';
import {
  areaChoices,
  categoryChoices,
  conditionChoices,
  dutyCategoryChoices,
  filterChoice,
  gradeChoices,
  postChoices,
  siteChoices,
  unitChoices,
  unitIdsUnder,
  type Choice,
  type ChoiceGroup,
} from './directoryChoices.ts';
import type { FieldSpec, Values } from './formFields.ts';
import { IssueChooser } from './IssueChooser.tsx';
import { PersonChooser } from './PersonChooser.tsx';
import { PhotoChooser } from './PhotoChooser.tsx';
import { PlaceHint } from './PlaceHint.tsx';
import { PhotosInput } from './PhotosInput.tsx';
import { VerifierChooser, type Verifier } from './VerifierChooser.tsx';

/** What the page knows besides the form. */
export interface FormContext {
  noun: string;
  action: string;
  directory: Directory;
  photos?: readonly PhotoView[];
  verifiers?: readonly Verifier[];
  areaCode?: string;
  issueId?: string;
}

interface FieldControlProps {
  id: string;
  spec: FieldSpec;
  value: unknown;
  values: Values;
  context: FormContext;
  describedBy: string | undefined;
  isInvalid: boolean;
  onChange: (value: unknown) => void;
}

/** The line whose posts an action chooses from. */
const lineOfAction: Record<string, Line> = {
  assign: 'handling',
  confirm: 'finding',
  sendToVerify: 'finding',
};

export function FieldControl(props: FieldControlProps) {
  const { id, spec, value, describedBy, isInvalid, onChange } = props;
  const named = { id, 'aria-describedby': describedBy, 'aria-invalid': isInvalid || undefined };
  const text = typeof value === 'string' ? value : '';
  switch (spec.kind) {
    case 'words':
    case 'note':
      return (
        <Input.TextArea
          {...named}
          value={text}
          autoSize={{ minRows: spec.kind === 'words' ? 4 : 2, maxRows: 14 }}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    case 'personal':
      return (
        <Input
          {...named}
          value={text}
          autoComplete="off"
          onChange={(event) => onChange(event.target.value)}
        />
      );
    case 'day':
      return (
        <Input
          {...named}
          type="date"
          value={text}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    case 'moment':
      return <MomentInput named={named} value={text} onChange={onChange} />;
    case 'number':
    case 'duration':
      return (
        <InputNumber
          {...named}
          value={typeof value === 'number' ? value : null}
          precision={0}
          onChange={(number) => onChange(number ?? undefined)}
        />
      );
    case 'yesNo':
      return (
        <Checkbox
          id={id}
          checked={value === true}
          onChange={(event) => onChange(event.target.checked || undefined)}
        >
          是
        </Checkbox>
      );
    case 'photos':
      return (
        <PhotosInput id={id} value={(value as string[] | undefined) ?? []} onChange={onChange} />
      );
    case 'weekdays':
      return (
        <Checkbox.Group
          value={(value as number[] | undefined) ?? []}
          options={[...'一二三四五六日'].map((name, n) => ({ value: n + 1, label: `周${name}` }))}
          onChange={(days) =>
            onChange(days.length > 0 ? [...(days as number[])].sort((a, b) => a - b) : undefined)
          }
        />
      );
    case 'works':
      return <WorksInput {...props} />;
    case 'place':
      return <PlaceInput {...props} />;
    case 'photoChoice':
      return (
        <PhotoChooser
          label={spec.title}
          photos={props.context.photos ?? []}
          value={text}
          onChange={onChange}
        />
      );
    case 'person':
      return <PersonChooser id={id} value={text} onChange={onChange} />;
    case 'text':
    case 'address':
      if (spec.name === 'intoId' || spec.name === 'issueId') {
        return (
          <IssueChooser id={id} value={text} exceptId={props.context.issueId} onChange={onChange} />
        );
      }
      return <Input {...named} value={text} onChange={(event) => onChange(event.target.value)} />;
    case 'post':
      if (props.context.verifiers && props.context.action === 'sendToVerify') {
        return (
          <VerifierChooser
            label={spec.title}
            verifiers={props.context.verifiers}
            value={text}
            onChange={onChange}
          />
        );
      }
      return <ChoiceInput {...props} />;
    default:
      return <ChoiceInput {...props} />;
  }
}

function ChoiceInput({
  id,
  spec,
  value,
  values,
  context,
  describedBy,
  isInvalid,
  onChange,
}: FieldControlProps) {
  const { post } = useSession();
  const { directory, noun, action } = context;
  /** Their first choice, '', is all of them: the field is left empty. */
  const hasAll = spec.kind === 'condition' || spec.kind === 'grade';
  const nothing = spec.isNullable ? null : undefined;
  const taken = (chosen: unknown): unknown => {
    if (hasAll && chosen === '') return nothing;
    return spec.kind === 'condition' ? Number(chosen) : (chosen ?? nothing);
  };
  /** The units whose posts are offered; undefined: all of them. */
  const unitsOfPosts = (): ReadonlySet<string> | undefined => {
    if (noun === 'roster')
      return typeof values.unitId === 'string' ? new Set([values.unitId]) : undefined;
    const isOwn = action === 'assign' || (noun === 'deputy' && post?.role === 'unitHead');
    return isOwn && post?.unitId ? unitIdsUnder(directory, post.unitId) : undefined;
  };
  const options = (): (Choice | ChoiceGroup)[] => {
    switch (spec.kind) {
      case 'unit':
      case 'units':
        return unitChoices(directory);
      case 'area':
        return areaChoices(directory, action === 'sendToVerify' ? ['subdistrict'] : undefined);
      case 'category':
        return context.noun === 'dutyRule'
          ? dutyCategoryChoices(directory)
          : categoryChoices(directory);
      case 'condition':
        return conditionChoices(directory, values.categoryCode);
      case 'grade':
        return gradeChoices(directory, value);
      case 'site':
        return siteChoices(
          directory,
          typeof values.areaCode === 'string' ? values.areaCode : undefined,
        );
      case 'platform':
        return directory.platforms.map(({ id: value, name: label }) => ({ value, label }));
      case 'post':
        return postChoices(directory, lineOfAction[action], unitsOfPosts());
      default:
        return spec.choices;
    }
  };
  return (
    <Select<unknown, Choice | ChoiceGroup>
      id={id}
      aria-describedby={describedBy}
      status={isInvalid ? 'error' : ''}
      mode={spec.kind === 'units' ? 'multiple' : spec.kind === 'tags' ? 'tags' : undefined}
      value={hasAll ? String((value ?? '') as string | number) : (value ?? undefined)}
      options={options()}
      placeholder={`请选择${spec.title}`}
      allowClear={spec.isOptional && !hasAll}
      showSearch={spec.kind === 'choice' ? false : { filterOption: filterChoice }}
      onChange={(chosen) => onChange(taken(chosen))}
      notFoundContent="没有符合的选项，请换个词"
    />
  );
}

/** A local date and time (UTC+8) for a moment in UTC. */
function MomentInput({
  named,
  value,
  onChange,
}: {
  named: object;
  value: string;
  onChange: (value: unknown) => void;
}) {
  const shown =
    value && !Number.isNaN(Date.parse(value)) ? `${localDay(value)}T${localTime(value)}` : '';
  return (
    <Input
      {...named}
      type="datetime-local"
      value={shown}
      onChange={(event) => {
        const typed = event.target.value;
        onChange(typed ? new Date(epochMs(`${typed}:00+08:00`)).toISOString() : undefined);
      }}
    />
  );
}

interface Work {
  code?: string;
  quantity?: number;
}

/** Work quantities: catalogue item, amount and its unit, as many lines as needed. */
function WorksInput({ spec, value, context: { directory }, onChange }: FieldControlProps) {
  const works = (value as Work[] | undefined) ?? [];
  const change = (at: number, part: Work) =>
    onChange(works.map((work, n) => (n === at ? { ...work, ...part } : work)));
  const unitOf = (code: string | undefined) =>
    directory.works.find((work) => work.code === code)?.unit ?? '';
  return (
    <div role="group" aria-label={spec.title}>
      {works.map((work, at) => (
        <div key={at} className="work-line">
          <Select
            aria-label={`第 ${at + 1} 项工程量`}
            value={work.code}
            placeholder="选择项目"
            options={directory.works.map(({ code, name, unit }) => ({
              value: code,
              label: `${name}（${unit}）`,
            }))}
            showSearch={{ optionFilterProp: 'label' }}
            onChange={(code) => change(at, { code })}
          />
          <InputNumber
            aria-label={`第 ${at + 1} 项数量`}
            value={work.quantity ?? null}
            min={0}
            suffix={unitOf(work.code)}
            onChange={(quantity) => change(at, { quantity: quantity ?? undefined })}
          />
          <Button onClick={() => onChange(works.filter((_work, n) => n !== at))}>删除</Button>
        </div>
      ))}
      <Button type="dashed" onClick={() => onChange([...works, {}])}>
        + 增加一项
      </Button>
    </div>
  );
}

interface Point {
  lng?: number;
  lat?: number;
}

/** Longitude and latitude by hand or from this device. */
function PlaceInput({ id, value, values, onChange }: FieldControlProps) {
  const point = (value as Point | undefined) ?? {};
  const change = (part: Point) => {
    const next = { ...point, ...part };
    onChange(next.lng === undefined && next.lat === undefined ? undefined : next);
  };
  return (
    <>
      <div className="pair">
        <InputNumber
          id={id}
          aria-label="经度"
          prefix="经度"
          value={point.lng ?? null}
          precision={6}
          onChange={(lng) => change({ lng: lng ?? undefined })}
        />
        <InputNumber
          aria-label="纬度"
          prefix="纬度"
          value={point.lat ?? null}
          precision={6}
          onChange={(lat) => change({ lat: lat ?? undefined })}
        />
      </div>
      <PlaceHint lng={point.lng} lat={point.lat} areaCode={values.areaCode} />
    </>
  );
}
