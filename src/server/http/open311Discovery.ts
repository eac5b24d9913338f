/** Open311 discovery: where the service is, in which forms, and how to get a key. Source: Service Discovery. */
import { w3cMoment } from '../../domain/open311.ts';
import type { Ctx, Doors } from './context.ts';
import type { Tree } from './open311Xml.ts';

/** Raised whenever services or addresses of this door change their shape. */
const changeset = w3cMoment('2026-11-21T12:00:00.000Z');

export function discoveryOf(c: Ctx, doors: Doors): Tree {
  const { host } = new URL(c.req.url);
  const url = `${doors.isSecure ? 'https' : 'http'}://${host}/open311/v2`;
  return {
    changeset,
    contact: '由本区创城办公室的系统管理员维护，接口问题请向其反映',
    key_service: '上报须有接口密钥：请向本区安全管理员申请，写明单位、用途和每分钟次数',
    endpoints: [
      {
        specification: 'http://wiki.open311.org/GeoReport_v2',
        url,
        changeset,
        type: 'production',
        formats: ['text/xml', 'application/json'],
      },
    ],
  };
}
