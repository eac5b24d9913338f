import { Button } from 'antd';
import { isAdministrator } from '../../domain/access.ts';
import type { OpenAction } from '../../domain/views.ts';
import { paths } from '../paths.ts';
import { useSession } from '../session.tsx';
import { Link } from '../ui/Link.tsx';

interface RowButtonsProps {
  noun: string;
  id: string;
  actions: readonly OpenAction[];
  onChoose: (open: OpenAction) => void;
}

/** The buttons at the end of a register's row, and for administrators the way to its events. */
export function RowButtons({ noun, id, actions, onChoose }: RowButtonsProps) {
  const { post } = useSession();
  return (
    <span className="buttons">
      {actions
        .filter(({ refusal }) => refusal === null)
        .sort((a, b) => Number(a.action === 'retire') - Number(b.action === 'retire'))
        .map((open) => (
          <Button key={open.action} size="small" onClick={() => onChoose(open)}>
            {open.label}
          </Button>
        ))}
      {post && isAdministrator(post.role) && <Link href={paths.record(noun, id)}>留痕</Link>}
    </span>
  );
}
