/** Qr picture 二维码: a text as a picture that a phone reads from the screen. */
import { QRCode } from 'antd';

export default function QrPicture({ text, label }: { text: string; label: string }) {
  return (
    <div className="totp-qr" role="img" aria-label={label}>
      <QRCode value={text} type="svg" size={180} bordered={false} color="#000" bgColor="#fff" />
    </div>
  );
}
