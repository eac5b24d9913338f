/** The frame of the public pages: district, the other page, large type. */
import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { ask } from '../client.ts';
import { PhoneFrame } from '../field/FieldFrame.tsx';
import { useLargeType } from './largeType.ts';
import './citizen.css';

/** The district in the address. */
export function useCitizenDistrict(): string {
  const { district = '' } = useParams({ strict: false }) as { district?: string };
  return district;
}

/** Areas, categories and the name of the district, for people without an account. */
export function useCitizenForm() {
  const district = useCitizenDistrict();
  return useQuery({
    queryKey: [district, 'citizenForm'],
    queryFn: () => ask('citizenForm', district, {}),
    staleTime: 30 * 60_000,
  });
}

interface Props {
  title: string;
  back?: string;
  foot?: ReactNode;
  children: ReactNode;
}

export function CitizenFrame({ title, back, foot, children }: Props) {
  const form = useCitizenForm();
  const [isLarge, toggle] = useLargeType();
  return (
    <PhoneFrame
      title={title}
      subtitle={form.data?.districtName}
      back={back}
      foot={foot}
      head={
        <button
          type="button"
          className="field-head-button citizen-type"
          aria-pressed={isLarge}
          onClick={toggle}
        >
          {isLarge ? '标准字' : '大字'}
        </button>
      }
    >
      {children}
    </PhoneFrame>
  );
}
