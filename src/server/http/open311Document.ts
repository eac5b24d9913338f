/** The addresses of Open311 in the OpenAPI document: what `open311.ts` takes and gives. */
type Json = Record<string, unknown>;

const text = { type: 'string' };
const query = (name: string, description: string, schema: Json = text): Json => ({
  name,
  in: 'query',
  description,
  schema,
});
const inPath = (name: string, description: string, schema: Json = text): Json => ({
  name,
  in: 'path',
  required: true,
  description,
  schema,
});

const format = inPath('format', '回答的格式', { type: 'string', enum: ['json', 'xml'] });
const jurisdiction = query('jurisdiction_id', '区划代码；只有一个区时可省略');
const key = query('api_key', '接口密钥；也可放在请求头 Authorization: Bearer 中');

const nullable = (type: string): Json => ({ type: [type, 'null'] });

const requestSchema: Json = {
  type: 'object',
  properties: {
    service_request_id: text,
    status: { type: 'string', enum: ['open', 'closed'] },
    status_notes: nullable('string'),
    service_name: nullable('string'),
    service_code: nullable('string'),
    description: nullable('string'),
    agency_responsible: nullable('string'),
    service_notice: nullable('string'),
    requested_datetime: { type: 'string', format: 'date-time' },
    updated_datetime: { type: 'string', format: 'date-time' },
    expected_datetime: { type: ['string', 'null'], format: 'date-time' },
    address: nullable('string'),
    address_id: nullable('string'),
    zipcode: nullable('string'),
    lat: nullable('number'),
    long: nullable('number'),
    media_url: nullable('string'),
  },
};

const list = (items: Json): Json => ({ type: 'array', items });
const object = (properties: Record<string, Json>): Json => ({ type: 'object', properties });

const errors = list(object({ code: { type: 'integer' }, description: text }));

const body = (schema: Json): Json => ({
  'application/json': { schema },
  'text/xml': { schema: text },
});

const answers = (description: string, schema: Json): Json => ({
  '200': { description, content: body(schema) },
  ...Object.fromEntries(
    [
      [400, '请求有误'],
      [403, '密钥缺失、无效或没有权限'],
      [404, '不存在或不公开'],
      [429, '过于频繁，见 Retry-After'],
      [503, '系统繁忙'],
    ].map(([status, description]) => [status, { description, content: body(errors) }]),
  ),
});

interface Operation {
  id: string;
  summary: string;
  parameters: Json[];
  schema: Json;
  more?: Json;
}

const operation = ({ id, summary, parameters, schema, more = {} }: Operation): Json => ({
  tags: ['Open311 GeoReport v2'],
  summary,
  operationId: `open311_${id}`,
  parameters: [format, ...parameters],
  security: [],
  responses: answers(summary, schema),
  ...more,
});

const formFields = {
  api_key: text,
  jurisdiction_id: text,
  service_code: text,
  lat: { type: 'number' },
  long: { type: 'number' },
  address_string: text,
  address_id: text,
  description: { type: 'string', maxLength: 4000 },
  first_name: text,
  last_name: text,
  phone: text,
  email: text,
  device_id: text,
  account_id: text,
  media_url: text,
};

const form: Json = {
  type: 'object',
  required: ['service_code'],
  properties: formFields,
  additionalProperties: text,
};

/** The paths, for `openapi.ts`. */
export const open311Paths = (): Record<string, Json> => ({
  '/open311/v2/discovery.{format}': {
    get: operation({ id: 'discovery', summary: '服务发现', parameters: [], schema: object({}) }),
  },
  '/open311/v2/services.{format}': {
    get: operation({
      id: 'services',
      summary: '服务（类别）清单',
      parameters: [jurisdiction],
      schema: list(
        object({ service_code: text, service_name: text, description: text, group: text }),
      ),
    }),
  },
  '/open311/v2/services/{service_code}.{format}': {
    get: operation({
      id: 'service',
      summary: '服务定义',
      parameters: [inPath('service_code', '服务代码（类别代码）'), jurisdiction],
      schema: object({ service_code: text, attributes: list({ type: 'object' }) }),
    }),
  },
  '/open311/v2/requests.{format}': {
    get: operation({
      id: 'requests',
      summary: '上报清单，最近 90 天的前 1,000 件',
      parameters: [
        jurisdiction,
        key,
        query('service_request_id', '逗号分隔的编号；给出时其余条件不起作用'),
        query('service_code', '逗号分隔的服务代码'),
        query('start_date', 'W3C 时间，须带时区'),
        query('end_date', 'W3C 时间，须带时区；与 start_date 相距不超过 90 天'),
        query('status', 'open、closed，可用逗号分隔'),
        query('page', '第几页，从 1 起', { type: 'integer' }),
        query('page_size', '每页件数，至多 1,000', { type: 'integer' }),
      ],
      schema: list(requestSchema),
    }),
    post: operation({
      id: 'submit',
      summary: '上报',
      parameters: [
        {
          name: 'Idempotency-Key',
          in: 'header',
          description: '同一值重复提交只上报一次',
          schema: text,
        },
      ],
      schema: list(
        object({
          service_request_id: text,
          service_notice: nullable('string'),
          account_id: nullable('string'),
        }),
      ),
      more: {
        requestBody: {
          required: true,
          content: {
            'application/x-www-form-urlencoded': { schema: form },
            'multipart/form-data': { schema: form },
          },
        },
      },
    }),
  },
  '/open311/v2/requests/{service_request_id}.{format}': {
    get: operation({
      id: 'request',
      summary: '一件上报',
      parameters: [inPath('service_request_id', '上报编号'), jurisdiction, key],
      schema: list(requestSchema),
    }),
  },
  '/open311/v2/tokens/{token}.{format}': {
    get: operation({
      id: 'token',
      summary: '由凭据查编号',
      parameters: [inPath('token', '凭据'), jurisdiction],
      schema: list(object({ service_request_id: text, token: text })),
    }),
  },
});
