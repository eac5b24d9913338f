import { Button } from 'antd';
import type { OpenAction } from '../../domain/views.ts';
import { paths } from '../paths.ts';
import { Link } from '../ui/Link.tsx';

interface RowButtonsProps {
  noun: string;
  id: string;
  actions: readonly OpenAction[];
  onChoose: (open: OpenAction) => void;
}

/** The buttons at the end of a register's row, and the way to its events. */
export const RowButtons = ({ noun, id, actions, onChoose }: RowButtonsProps) => (
  <span className="buttons">
    {actions
      .filter(({ refusal }) => refusal === null)
      .sort((a, b) => Number(a.action === 'retire') - Number(b.action === 'retire'))
      .map((open) => (
        <Button key={open.action} size="small" onClick={() => onChoose(open)}>
          {open.label}
        </Button>
      ))}
    <Link href={paths.record(noun, id)}>留痕</Link>
  </span>
);
