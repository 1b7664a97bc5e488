// Zhipu and Z.ai: pictures from text only, one a call, as links. Error codes are numbers in texts.
import { exactly, flag, members, oneOf, required, size, text } from "./rules.mjs";
import { at, bearer, commonFaults, json, strictFake } from "./strict.mjs";

const known = {
  model: required(text()),
  prompt: required(text()),
  user_id: text(128),
  watermark_enabled: flag,
};
const byName = {
  "glm-image": members({
    ...known,
    size: size({ step: 32, edge: [512, 2048], area: [1, 2 ** 22] }), // assumed, 1280x1280 apart
    quality: exactly("hd"), // assumed
  }),
  "cogview-4-250304": members({
    ...known,
    size: size({ step: 16, edge: [512, 2048], area: [1, 2 ** 21] }), // assumed
    quality: oneOf("standard", "hd"),
  }),
};
const routeOf = at({
  "https://open.bigmodel.cn/api/paas/v4/images/generations": byName,
  "https://api.z.ai/api/paas/v4/images/generations": byName,
});

const error = (status, code, message, rest = {}) => json(status, { ...rest, error: { code, message } });
const unsafe = "系统检测到输入或生成内容可能包含不安全或敏感内容，请您避免输入易产生敏感内容的提示语";

const problems = {
  route: ({ path }) => error(404, "1222", `API ${path} 不存在`), // assumed: the status
  method: () => error(405, "1200", "API 调用错误"), // assumed
  no_key: () => error(401, "1001", "Header 中未收到 Authentication 参数，无法进行身份验证"),
  bad_key: () => error(401, "1002", "Authentication Token 非法，请确认 Authentication Token 正确传递"),
  media_type: () => error(400, "1210", "API 调用参数有误，请检查文档"), // assumed
  json: () => error(400, "1210", "API 调用参数有误，请检查文档"), // assumed
  missing: ({ path }) => error(400, "1213", `未正常接收到 ${path} 参数`),
  unknown: () => error(400, "1210", "API 调用参数有误，请检查文档"), // So it is with n.
  type: ({ path }) => error(400, "1214", `${path} 参数非法。请检查文档`),
  value: ({ path }) => error(400, "1214", `${path} 参数非法。请检查文档`),
  unknown_model: () => error(400, "1211", "模型不存在，请检查模型代码"), // assumed: the status
  refused: () => error(400, "1301", unsafe, { contentFilter: [{ level: 1, role: "user" }] }),
  no_money: () => error(429, "1113", "余额不足或无可用资源包,请充值。"),
  limited: () => error(429, "1302", "您的账户已达到速率限制，请您控制请求频率"), // It does not say how long to wait.
  overloaded: () => error(429, "1305", "该模型当前访问量过大，请您稍后再试"),
  broken: () => error(500, "500", "内部错误"), // assumed: the code is a text here too
};

export const models = Object.keys(byName);
export const faults = commonFaults;

/** The fake of Zhipu; see strict.mjs for calls and answers. It gives links only. */
export function zhipu({ keys, pictureUrl, fault = null }) {
  const filter = [{ role: "assistant", level: 3 }]; // 0 is the gravest of four.
  const answer = () => json(200, { created: 1_790_000_000, data: [{ url: pictureUrl }], content_filter: filter });
  return strictFake({ keys, fault, faults, keyOf: bearer, routeOf, problems, answer });
}
