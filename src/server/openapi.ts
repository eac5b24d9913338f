/**
 * OpenAPI 3.1 of everything: actions from the nouns, queries from `domain/api.ts`. Nothing is typed twice.
 */
import { z } from 'zod';
import { queries, type Query } from '../domain/api.ts';
import { ActionAnswer, Problem } from '../domain/views.ts';
import type { AnyRow, Noun } from '../domain/action.ts';
import { roleLabels } from '../domain/access.ts';
import { nouns } from '../domain/nouns.ts';

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

/** The document served at `/api/openapi.json` and kept in `docs/`. */
export function openApi(): Json {
  const paths: Record<string, Json> = {};
  const add = (more: Json): void => {
    for (const [path, methods] of Object.entries(more))
      paths[path] = { ...paths[path], ...(methods as Json) };
  };
  for (const noun of Object.values<Noun>(nouns)) add(actionPaths(noun));
  for (const [name, query] of Object.entries<Query>(queries)) add(queryPath(name, query));
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
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: '__Host-civicloop' } },
    },
  };
}
