/** Sheet passwords: the first passwords of those just appointed, shown and downloadable this once. */
import { Button, Modal } from 'antd';
import type { SheetDone } from '../../domain/sheetApi.ts';
import { DataTable } from '../ui/DataTable.tsx';

interface SheetPasswordsProps {
  passwords: SheetDone['passwords'];
  onClose: () => void;
}

function download(passwords: SheetDone['passwords']): void {
  const lines = [
    ['登录名', '姓名', '首次密码'],
    ...passwords.map((one) => [one.login, one.name, one.password]),
  ];
  const text = `\ufeff${lines.map((line) => line.join(',')).join('\r\n')}\r\n`;
  const address = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = '首次密码.csv';
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

export function SheetPasswords({ passwords, onClose }: SheetPasswordsProps) {
  return (
    <Modal
      open={passwords.length > 0}
      title={`${passwords.length} 人的首次密码只显示这一次`}
      onCancel={onClose}
      mask={{ closable: false }}
      footer={[
        <Button key="save" type="primary" onClick={() => download(passwords)}>
          下载名单
        </Button>,
        <Button key="close" onClick={onClose}>
          已保存，关闭
        </Button>,
      ]}
    >
      <p>请逐人当面交给本人，首次登录时须改成自己的密码。关闭后无法再看，名单用后请销毁。</p>
      <DataTable
        label="首次密码"
        rows={passwords}
        rowKey={({ login }) => login}
        columns={[
          { key: 'name', title: '姓名', render: ({ name, login }) => `${name}（${login}）` },
          { key: 'password', title: '首次密码', render: ({ password }) => <code>{password}</code> },
        ]}
      />
    </Modal>
  );
}
