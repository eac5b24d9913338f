/** Notice trial 测试发送: really sends a message by a channel and shows what the other side answered. */
import { useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Input, Modal } from 'antd';
import type { NoticeChannelRow } from '../../domain/noticeApi.ts';
import { ask } from '../client.ts';
import { useDistrict } from '../queryHooks.ts';
import { FormLine } from '../ui/FormLine.tsx';

const targets = {
  weComRobot: null,
  sms: { label: '接收测试短信的手机号', placeholder: '11 位手机号' },
  smtp: { label: '接收测试邮件的邮箱', placeholder: 'name@example.cn' },
};

export function NoticeTrial({ row, onClose }: { row: NoticeChannelRow; onClose: () => void }) {
  const district = useDistrict();
  const [to, setTo] = useState('');
  const target = targets[row.settings.kind];
  const { mutate, isPending, data, error } = useMutation({
    mutationFn: () => ask('tryNoticeChannel', district, { id: row.id, ...(to ? { to } : {}) }),
  });
  return (
    <Modal
      open
      title={`测试：${row.name}`}
      footer={null}
      onCancel={onClose}
      // An answer is read where it was asked for.
      destroyOnHidden
    >
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          mutate();
        }}
      >
        {target ? (
          <FormLine label={target.label} hint="只用于这一次测试，不保存。">
            <Input
              aria-label={target.label}
              placeholder={target.placeholder}
              value={to}
              onChange={(event) => setTo(event.target.value.trim())}
            />
          </FormLine>
        ) : (
          <p>将在群里发出一条测试通知，群里的人都会看到。</p>
        )}
        {data && (
          <Alert
            type={data.isSent ? 'success' : 'error'}
            showIcon
            role="status"
            title={`${data.isSent ? '已发出' : '没有发出'}：${data.answer}（${data.ms} 毫秒）`}
          />
        )}
        {error && <Alert type="error" showIcon role="alert" title={error.message} />}
        <div className="form-foot">
          <Button type="primary" htmlType="submit" loading={isPending}>
            发送测试通知
          </Button>
          <Button onClick={onClose}>关闭</Button>
        </div>
      </form>
    </Modal>
  );
}
