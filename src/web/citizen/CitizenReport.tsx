/** A citizen reports a problem without an account, and goes away with a number and a code. */
import { useCallback, useEffect, useState } from 'react';
import { Link } from '@tanstack/react-router';
import { newId } from '../client.ts';
import { CategoryField } from '../field/CategoryField.tsx';
import { putDraft, useDraft } from '../field/draft.ts';
import { AnswerState } from '../field/FieldFrame.tsx';
import { PhotoField } from '../field/PhotoField.tsx';
import { newPhotoTray, type PhotoTray } from '../field/photoTray.ts';
import { PlaceField, placeInput, type PlaceDraft } from '../field/PlaceField.tsx';
import { setOwner, startSending, useSending } from '../field/sending.ts';
import { SendFoot } from '../field/SendFoot.tsx';
import { SendingCard, sendingTitle } from '../field/SendingCard.tsx';
import { paths } from '../paths.ts';
import {
  followHashOf,
  forgetUploadToken,
  newFollowCode,
  sendReport,
  uploadToken,
} from './citizenClient.ts';
import { CitizenFrame, useCitizenDistrict, useCitizenForm } from './CitizenFrame.tsx';
import { PrivacyNotice } from './PrivacyNotice.tsx';
import { ReceiptSlip } from './ReceiptSlip.tsx';

interface CitizenDraft extends PlaceDraft {
  tray: PhotoTray;
  content: string;
  categoryCode: string | null;
  name: string;
  phone: string;
}

const owner = 'citizen';

interface Sent {
  key: string;
  code: string;
}

export default function CitizenReport() {
  const district = useCitizenDistrict();
  const [sent, setSent] = useState<Sent | null>(null);
  const sending = useSending(owner, sent?.key ?? null);
  useEffect(() => setOwner(owner), []);
  if (!sent || !sending) return <CitizenForm key={district} district={district} onSent={setSent} />;
  if (sending.state === 'done' && sending.number) {
    return <ReceiptSlip number={sending.number} code={sent.code} onNext={() => setSent(null)} />;
  }
  return (
    <CitizenFrame title={sendingTitle(sending, '反映')}>
      <SendingCard sending={sending} onEdit={() => setSent(null)} />
      <p className="field-quiet">请不要关闭此页。送达后会显示编号和查询码。</p>
    </CitizenFrame>
  );
}

const isPhone = (text: string): boolean => /^\+?[\d\s-]{7,20}$/.test(text.trim());

function missingOf({ content, position, areaCode, address, phone }: CitizenDraft): string | null {
  if (content.trim().length < 2) return '请写明发生了什么';
  if (!position && !areaCode && !address.trim()) return '请告诉我们在哪里：定位、选区域或写地址';
  return phone.trim() && !isPhone(phone) ? '电话号码不对，请检查，或留空' : null;
}

function CitizenForm({ district, onSent }: { district: string; onSent: (sent: Sent) => void }) {
  const form = useCitizenForm();
  const begin = useCallback(
    (): CitizenDraft => ({
      tray: newPhotoTray({
        district,
        token: () => uploadToken(district),
        forgetToken: () => forgetUploadToken(district),
      }),
      position: null,
      areaCode: '',
      address: '',
      content: '',
      categoryCode: null,
      name: '',
      phone: '',
    }),
    [district],
  );
  const draftKey = `citizen:${district}`;
  const [draft, change, reset] = useDraft<CitizenDraft>(draftKey, begin);

  const send = () => {
    const [id, requestId, code] = [newId(), newId(), newFollowCode()];
    const { tray, content, categoryCode, name, phone } = draft;
    startSending({
      key: id,
      owner,
      label: content.trim().slice(0, 24),
      tray,
      send: async (photos) =>
        sendReport(district, id, requestId, {
          content: content.trim(),
          followHash: await followHashOf(code),
          ...placeInput(draft),
          ...(categoryCode ? { categoryCode } : {}),
          ...(name.trim() ? { complainantName: name.trim() } : {}),
          ...(phone.trim() ? { complainantPhone: phone.trim() } : {}),
          ...(photos.length ? { photos } : {}),
        }),
      edit: () => putDraft(draftKey, draft),
      editPath: paths.citizen(district),
    });
    reset();
    onSent({ key: id, code });
    globalThis.scrollTo({ top: 0 });
  };

  if (!form.data) {
    return (
      <CitizenFrame title="我要反映问题">
        <AnswerState {...form} onRetry={() => void form.refetch()} />
      </CitizenFrame>
    );
  }
  return (
    <CitizenFrame
      title="我要反映问题"
      foot={<SendFoot label="提交" missing={missingOf(draft)} tray={draft.tray} onSend={send} />}
    >
      <p className="citizen-lead">
        看到环境脏乱、设施损坏、秩序问题，请告诉我们。不用注册，提交后凭编号和查询码看办理进度。
        <Link to={paths.citizenFollow(district)}>已经反映过，查进度</Link>
      </p>
      <section className="field-card" aria-label="发生了什么">
        <h2>
          发生了什么 <small>必填</small>
        </h2>
        <textarea
          className="field-input"
          aria-label="发生了什么"
          placeholder="例如：小区东门外垃圾堆放两天没人清运"
          maxLength={4000}
          value={draft.content}
          onChange={({ target }) => change({ content: target.value })}
        />
        <p className="field-quiet">请不要写他人的身份证号、电话等个人信息。</p>
      </section>
      <PhotoField tray={draft.tray} label="现场照片" hint="可不拍，有照片办得更快" />
      <PlaceField areas={form.data.areas} value={draft} onChange={change} />
      <CategoryField
        all={form.data.categories}
        recent={[]}
        value={draft.categoryCode}
        onChange={(categoryCode) => change({ categoryCode })}
      />
      <Contact draft={draft} change={change} />
      <PrivacyNotice />
    </CitizenFrame>
  );
}

function Contact({
  draft,
  change,
}: {
  draft: CitizenDraft;
  change: (part: Partial<CitizenDraft>) => void;
}) {
  const isWrong = draft.phone.trim() !== '' && !isPhone(draft.phone);
  return (
    <section className="field-card" aria-label="怎么联系您">
      <h2>
        怎么联系您 <small>可不填</small>
      </h2>
      <input
        className="field-input"
        aria-label="称呼"
        placeholder="称呼"
        autoComplete="name"
        maxLength={50}
        value={draft.name}
        onChange={({ target }) => change({ name: target.value })}
      />
      <input
        className="field-input"
        aria-label="电话"
        aria-invalid={isWrong}
        placeholder="电话，只用于核实和答复"
        type="tel"
        inputMode="tel"
        autoComplete="tel"
        maxLength={20}
        value={draft.phone}
        onChange={({ target }) => change({ phone: target.value })}
      />
    </section>
  );
}
