/** Unit use 使用情况: what a merge would move, or what retiring waits for, before the form is opened. */
import { Alert, Modal } from 'antd';
import type { QueryOutput } from '../../domain/api.ts';
import type { UnitRow } from '../../domain/peopleApi.ts';
import type { OpenAction } from '../../domain/views.ts';
import { Failure } from '../desk/PagedList.tsx';
import { useAsk } from '../queryHooks.ts';
import { Facts } from '../ui/Panel.tsx';
import { Loading } from '../ui/States.tsx';

const shownNames = 12;
const listed = (names: readonly string[]): string =>
  names.length === 0
    ? '无'
    : `${names.length} 个：${names.slice(0, shownNames).join('、')}${names.length > shownNames ? ' 等' : ''}`;

type Use = QueryOutput<'unitUse'>;

const adviceOf = (isMerge: boolean, { words }: Use): { type: 'info' | 'warning'; title: string } =>
  isMerge
    ? {
        type: 'info',
        title:
          '合并后本单位停用。岗位、值班表、下级和受其指导的单位同时转入；未结案件和协办随后自动转入，时限照旧；已结的留在原单位名下。',
      }
    : words
      ? {
          type: 'warning',
          title: `还有${words}，现在不能停用。请先办结、转办、调整，或把它并入其他单位。`,
        }
      : { type: 'info', title: '没有任何案件、岗位和下级单位，可以停用。' };

export function UnitUseDialog({
  open,
  row,
  onGo,
  onClose,
}: {
  open: OpenAction;
  row: UnitRow;
  onGo: () => void;
  onClose: () => void;
}) {
  const { data, error, refetch } = useAsk('unitUse', { id: row.id });
  const isMerge = open.action === 'mergeInto';
  const isStopped = !data || (!isMerge && data.words !== '');
  return (
    <Modal
      open
      title={`${open.label}：${row.name}`}
      okText={isMerge ? '选择并入的单位' : open.label}
      okButtonProps={{ disabled: isStopped }}
      cancelText="取消"
      onOk={onGo}
      onCancel={onClose}
    >
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Loading rows={5} />}
      {data && (
        <>
          <Alert showIcon {...adviceOf(isMerge, data)} />
          <Facts
            rows={[
              ['未结案件', `${data.openIssueCount} 件`],
              ['未完成的协办', `${data.openAssistCount} 项`],
              ['在岗岗位', listed(data.posts)],
              ['值班表', `${data.rosterCount} 条`],
              ['下级单位', listed(data.children)],
              ['受其指导、由其牵头或参加', listed(data.linked)],
            ]}
          />
        </>
      )}
    </Modal>
  );
}
