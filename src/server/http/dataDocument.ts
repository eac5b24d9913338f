/** The addresses for others in the OpenAPI document: data by key, open data, and the files of downloads. */
import { z } from 'zod';
import { DataFilter, dataLists } from '../../domain/dataApi.ts';

type Json = Record<string, unknown>;

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    target: 'draft-2020-12',
  }) as Json;
  return rest;
};

const { properties: asked } = schemaOf(DataFilter, 'input') as { properties: Record<string, Json> };
const parameters = Object.entries(asked).map(([name, { description, ...schema }]) => ({
  name,
  in: 'query',
  ...(description ? { description } : {}),
  schema,
}));

const file = (type: string): Json => ({
  '200': {
    description: '文件',
    content: { [type]: { schema: { type: 'string', format: 'binary' } } },
  },
});

/** `problems`: the refusals every address may answer with. */
export function dataPaths(problems: Json): Json {
  const lists = Object.entries(dataLists).map(([name, { label, page }]) => [
    `/api/v1/${name}`,
    {
      get: {
        tags: ['数据接口'],
        summary: `读取${label}`,
        description:
          '按时间先后逐页读取，不含姓名、电话、文字内容、照片和保密事项，坐标约 100 米。密钥放在请求头 Authorization: Bearer 中，须有“读取上报数据”权限。',
        operationId: `data_${name}`,
        parameters,
        security: [{ apiKey: [] }],
        responses: {
          '200': {
            description: '一页',
            content: { 'application/json': { schema: schemaOf(page, 'output') } },
          },
          ...problems,
        },
      },
    },
  ]);
  const district = { name: 'district', in: 'query', schema: { type: 'string' } };
  const path = (name: string, schema: Json): Json => ({ name, in: 'path', required: true, schema });
  const download = [
    path('district', { type: 'string', pattern: '^\\d{6}$' }),
    path('id', { type: 'string', format: 'uuid' }),
  ];
  return {
    ...Object.fromEntries(lists),
    '/open-data/{name}': {
      get: {
        tags: ['开放数据'],
        summary: '已结案件（CSV，每日更新）',
        description:
          'closed-issues.csv 为全部，closed-issues-年-月.csv 按立案月份；目录见 index.json。',
        operationId: 'open_data',
        parameters: [path('name', { type: 'string' }), district],
        security: [],
        responses: { ...file('text/csv'), ...problems },
      },
    },
    '/api/{district}/downloads/{id}/file': {
      get: {
        tags: ['导出'],
        summary: '下载导出的文件，每次留痕',
        operationId: 'download_file',
        parameters: download,
        responses: { ...file('application/octet-stream'), ...problems },
      },
    },
    '/api/{district}/downloads/{id}/definitions.csv': {
      get: {
        tags: ['导出'],
        summary: '下载字段说明，每次留痕',
        operationId: 'download_definitions',
        parameters: download,
        responses: { ...file('text/csv'), ...problems },
      },
    },
  };
}
