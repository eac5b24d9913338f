/**
 * OpenAPI 3.1 of everything: actions from the nouns, queries from `domain/api.ts`. Nothing is typed twice.
 */
import { z } from 'zod';
import { queries, type Query } from '../domain/api.ts';
import { AreaFileInput, AreaFilePreview } from '../domain/areaApi.ts';
import { SheetApply, SheetDone, SheetLoadRow } from '../domain/sheetApi.ts';
import { sheetNames } from '../domain/sheetList.ts';
import { ActionAnswer, Problem } from '../domain/views.ts';
import type { AnyRow, Noun } from '../domain/action.ts';
import { roleLabels } from '../domain/access.ts';
import { nouns } from '../domain/nouns.ts';
import { dataPaths } from './http/dataDocument.ts';
import { intakePaths } from './http/intakeDocument.ts';
import { open311Paths } from './http/open311Document.ts';

type Json = Record<string, unknown>;

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    target: 'draft-2020-12',
  }) as Json;
  return rest;
};

const json = (schema: Json): Json => ({ 'application/json': { schema } });
const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });
const param = (name: string, schema: Json): Json => ({ name, in: 'path', required: true, schema });
const district = param('district', {
  type: 'string',
  pattern: '^\\d{6}$',
  description: '区划代码',
});
const uuid: Json = { type: 'string', format: 'uuid' };

const problems = Object.fromEntries(
  [
    [400, '填写有误'],
    [401, '未登录'],
    [403, '无权办理'],
    [404, '不存在或不在范围内'],
    [409, '现在不能办理'],
    [413, '内容过大'],
    [429, '过于频繁'],
    [503, '数据库暂时没有响应'],
    [507, '磁盘已满'],
  ].map(([status, description]) => [
    String(status),
    { description, content: json(ref('Problem')) },
  ]),
);

const answers = (description: string, schema: Json): Json => ({
  '200': { description, content: json(schema) },
  ...problems,
});

const order = (row: AnyRow): Json => ({
  type: 'object',
  additionalProperties: false,
  required: ['requestId', 'input'],
  properties: {
    requestId: { ...uuid, description: '请求编号：同一编号重复提交只办理一次' },
    seen: { type: 'integer', minimum: 1, description: '看到的版本，过期则拒绝' },
    input: schemaOf(row.input, 'input'),
  },
});

function actionPaths(noun: Noun): Json {
  const paths: Json = {};
  for (const [name, row] of Object.entries(noun.actions)) {
    if (row.isInner || row.consent || row.by.every((role) => role === 'system')) continue;
    const about = {
      tags: [noun.label],
      summary: row.label,
      description: `${row.source}。岗位：${row.by.map((role) => roleLabels[role]).join('、')}。`,
    };
    paths[`/api/{district}/${noun.plural}/{id}/${name}`] = {
      post: {
        ...about,
        operationId: `${noun.name}_${name}`,
        parameters: [district, param('id', uuid)],
        requestBody: { required: true, content: json(order(row)) },
        responses: answers('已办理', ref('ActionAnswer')),
      },
    };
    paths[`/api/{district}/${noun.plural}/bulk/${name}`] = {
      post: {
        ...about,
        summary: `批量${row.label}`,
        operationId: `${noun.name}_bulk_${name}`,
        parameters: [district],
        requestBody: {
          required: true,
          content: json({
            type: 'object',
            additionalProperties: false,
            required: ['items'],
            properties: {
              items: {
                type: 'array',
                maxItems: 200,
                items: {
                  ...order(row),
                  required: ['id', 'requestId', 'input'],
                  properties: { ...(order(row).properties as Json), id: uuid },
                },
              },
            },
          }),
        },
        responses: answers('逐件结果', { type: 'object' }),
      },
    };
  }
  return paths;
}

function queryPath(name: string, query: Query): Json {
  const names = [...query.path.matchAll(/:(\w+)/g)].map((match) => match[1] as string);
  const properties = (schemaOf(query.input, 'input').properties ?? {}) as Record<string, Json>;
  const inPath = names.map((key) => param(key, properties[key] ?? { type: 'string' }));
  const rest = Object.keys(properties).filter((key) => !names.includes(key));
  const isPost = query.method === 'post';
  const operation = {
    tags: ['查询'],
    summary: query.label,
    operationId: name,
    parameters: [
      district,
      ...inPath,
      ...(isPost ? [] : rest.map((key) => ({ name: key, in: 'query', schema: properties[key] }))),
    ],
    ...(isPost
      ? { requestBody: { required: true, content: json(schemaOf(query.input, 'input')) } }
      : {}),
    ...(query.isPublic ? { security: [] } : {}),
    responses: answers('查询结果', schemaOf(query.output, 'output')),
  };
  return {
    [`/api/{district}/${query.path.replaceAll(/:(\w+)/g, '{$1}')}`]: {
      [isPost ? 'post' : 'get']: operation,
    },
  };
}

const binary: Json = { type: 'string', format: 'binary' };

/** The files of master data: what `http/sheetRoutes.ts` takes and gives. */
function sheetPaths(): Json {
  const sheet = param('sheet', { type: 'string', enum: [...sheetNames] });
  const load = param('id', uuid);
  const about = { tags: ['主数据表格'] };
  const file = (kind: 'xlsx' | 'csv', type: string): Json => ({
    [`/api/{district}/sheets/{sheet}.${kind}`]: {
      get: {
        ...about,
        summary: `下载表格（${kind.toUpperCase()}）`,
        operationId: `sheet_${kind}`,
        parameters: [
          district,
          sheet,
          { name: 'day', in: 'query', schema: { type: 'string' }, description: '哪一天生效的内容' },
          { name: 'empty', in: 'query', schema: { enum: ['1'] }, description: '只要模板' },
        ],
        responses: {
          '200': { description: '文件', content: { [type]: { schema: binary } } },
          ...problems,
        },
      },
    },
  });
  return {
    ...file('xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'),
    ...file('csv', 'text/csv'),
    '/api/{district}/sheets/{sheet}': {
      post: {
        ...about,
        summary: '上传表格并预览',
        description:
          '比较文件与现有内容，逐条给出新增、变更、缺失和拒绝，不写入。文件不超过 10 MB。',
        operationId: 'sheet_preview',
        parameters: [district, sheet, { name: 'name', in: 'query', schema: { type: 'string' } }],
        requestBody: {
          required: true,
          content: { 'application/octet-stream': { schema: binary } },
        },
        responses: answers('预览', {
          type: 'object',
          properties: { load: schemaOf(SheetLoadRow, 'output') },
        }),
      },
    },
    '/api/{district}/sheets/loads/{id}/apply': {
      post: {
        ...about,
        summary: '应用预览',
        description: '全部写入或全不写入；预览之后有人改动过的被拒。重复提交只办理一次。',
        operationId: 'sheet_apply',
        parameters: [district, load],
        requestBody: { required: true, content: json(schemaOf(SheetApply, 'input')) },
        responses: answers('已应用', schemaOf(SheetDone, 'output')),
      },
    },
    '/api/{district}/sheets/loads/{id}/undo': {
      post: {
        ...about,
        summary: '撤销一次导入',
        description: '以新版本和相反的动作恢复原状；之后又有改动的被拒。',
        operationId: 'sheet_undo',
        parameters: [district, load],
        responses: answers('已撤销', schemaOf(SheetDone, 'output')),
      },
    },
  };
}

/** Files of boundaries: what `http/areaRoutes.ts` takes and gives. */
const areaPaths = (): Json => ({
  '/api/{district}/areas/file': {
    post: {
      tags: ['区域'],
      summary: '载入边界文件',
      description:
        '比较 GeoJSON 与现有区域，逐个图形给出新增、变化、缺失和拒绝；apply 为真且没有问题时全部写入，否则不写入。不超过 20 MB、5,000 个图形。岗位：系统管理员。',
      operationId: 'area_file',
      parameters: [district],
      requestBody: { required: true, content: json(schemaOf(AreaFileInput, 'input')) },
      responses: answers('预览或结果', schemaOf(AreaFilePreview, 'output')),
    },
  },
});

/** The document served at `/api/openapi.json` and kept in `docs/`. */
export function openApi(): Json {
  const paths: Record<string, Json> = {};
  const add = (more: Json): void => {
    for (const [path, methods] of Object.entries(more))
      paths[path] = { ...paths[path], ...(methods as Json) };
  };
  for (const noun of Object.values<Noun>(nouns)) add(actionPaths(noun));
  for (const [name, query] of Object.entries<Query>(queries)) add(queryPath(name, query));
  add(sheetPaths());
  add(areaPaths());
  add(open311Paths());
  add(dataPaths(problems));
  add(intakePaths(problems));
  return {
    openapi: '3.1.0',
    info: {
      title: 'CivicLoop 创城闭环',
      version: '1',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ session: [] }],
    paths,
    components: {
      schemas: {
        ActionAnswer: schemaOf(ActionAnswer, 'output'),
        Problem: schemaOf(Problem, 'output'),
      },
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: '__Host-civicloop' },
        apiKey: { type: 'http', scheme: 'bearer' },
      },
    },
  };
}
