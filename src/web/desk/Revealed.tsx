/** Revealed 诉求人: shown once after a reason was given; gone when the page is left. */
import { Alert } from 'antd';
import { useAsk } from '../queryHooks.ts';
import { Loading } from '../ui/States.tsx';
import { Facts } from '../ui/Panel.tsx';

export function Revealed({ eventId }: { eventId: string }) {
  const { data, error } = useAsk('revealed', { eventId }, { staleTime: Infinity });
  if (error) return <Alert type="error" title={error.message} />;
  if (!data) return <Loading rows={2} />;
  return (
    <Alert
      type="warning"
      title="以下信息仅供本次办理使用，查看已留痕，不得转告被反映单位。"
      description={
        <Facts
          rows={[
            ['姓名', data.name ?? '未留'],
            ['电话', data.phone ?? '未留'],
            ...(data.email ? ([['邮箱', data.email]] as const) : []),
            ...(data.content ? ([['原文', data.content]] as const) : []),
          ]}
        />
      }
    />
  );
}
