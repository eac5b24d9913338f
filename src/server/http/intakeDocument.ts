/** The addresses of the signed intake in the OpenAPI document. */
import { z } from 'zod';
import {
  IntakeAnswer,
  IntakePhoto,
  IntakeReport,
  IntakeState,
  mostItems,
} from '../../domain/intake.ts';

type Json = Record<string, unknown>;

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    target: 'draft-2020-12',
  }) as Json;
  return rest;
};

const header = (name: string, description: string): Json => ({
  name,
  in: 'header',
  required: true,
  description,
  schema: { type: 'string' },
});

const parameters: Json[] = [
  {
    name: 'sender',
    in: 'path',
    required: true,
    description: '来源单位代码',
    schema: { type: 'string' },
  },
  { name: 'district', in: 'query', description: '区划代码', schema: { type: 'string' } },
  header('webhook-id', '报文编号，重发时不变'),
  header('webhook-timestamp', '签名时间，1970 年以来的秒数，与现在相差不超过 5 分钟'),
  header('webhook-signature', 'v1, 加 HMAC-SHA256 的 base64，见 Standard Webhooks'),
];

/** One item, or a list of them under a name. */
const oneOrMany = (name: string, item: z.ZodType): Json => {
  const schema = schemaOf(item, 'input');
  return {
    anyOf: [
      schema,
      {
        type: 'object',
        properties: { [name]: { type: 'array', maxItems: mostItems, items: schema } },
        required: [name],
        additionalProperties: false,
      },
    ],
  };
};

/** `problems`: the refusals every address may answer with. */
export function intakePaths(problems: Json): Json {
  const post = (name: string, summary: string, content: Json, answer: z.ZodType): Json => ({
    post: {
      tags: ['签名接口'],
      summary,
      operationId: `intake_${name}`,
      parameters,
      security: [],
      requestBody: { required: true, content },
      responses: {
        '200': {
          description: '逐件的结果',
          content: { 'application/json': { schema: schemaOf(answer, 'output') } },
        },
        ...problems,
      },
    },
  });
  const json = (schema: Json): Json => ({ 'application/json': { schema } });
  const file: Json = {
    'application/octet-stream': { schema: { type: 'string', format: 'binary' } },
  };
  const at = '/api/v1/intake/{sender}';
  return {
    [`${at}/reports`]: post(
      'reports',
      `上报一件，或一次至多 ${mostItems} 件`,
      json(oneOrMany('reports', IntakeReport)),
      IntakeAnswer,
    ),
    [`${at}/states`]: post(
      'states',
      '回传平台案件的处置状态',
      json(oneOrMany('states', IntakeState)),
      IntakeAnswer,
    ),
    [`${at}/photos`]: post('photos', '先行上传一张照片', file, IntakePhoto),
  };
}
