// The words of the page in English, German and Chinese, by the browser's language.
const languages = ["en", "de", "zh"];
const language =
  navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => languages.includes(tag)) ?? "en";

const words = {
  pictures: ["Pictures", "Bilder", "图片"],
  use: ["Use", "Verbrauch", "用量"],
  views: ["Views", "Ansichten", "视图"],
  search: ["Search", "Suchen", "搜索"],
  export: ["Save all as a zip file", "Alle als Zip-Datei sichern", "全部存为 zip 文件"],
  exported: ["Saved.", "Gesichert.", "已保存。"],
  exportedLess: [
    "Saved, but {lost} of them could not be had any more.",
    "Gesichert, aber {lost} davon waren nicht mehr zu bekommen.",
    "已保存，但有 {lost} 张已无法获取。",
  ],
  welcome: ["What do you want to see?", "Was möchten Sie sehen?", "想看到什么画面？"],
  welcomeMore: [
    "A few words do, in any language. They become a prompt, and the prompt a picture.",
    "Ein paar Worte genügen, in jeder Sprache. Daraus wird ein Prompt und daraus ein Bild.",
    "用任何语言说几个字即可：先写成提示词，再画成图片。",
  ],
  samples: [
    "A lighthouse in the fog|A paper city at night, lit from within|A fox asleep in a library, watercolour",
    "Ein Leuchtturm im Nebel|Eine Stadt aus Papier bei Nacht, von innen erleuchtet|Ein schlafender Fuchs in einer Bibliothek, Aquarell",
    "雾中的灯塔|夜晚的纸城，灯光从里面透出|图书馆里熟睡的狐狸，水彩",
  ],
  found: ["{n} picture found.|{n} pictures found.", "{n} Bild gefunden.|{n} Bilder gefunden.", "找到 {n} 张图片。"],
  noneFound: ["No picture has these words.", "Kein Bild hat diese Worte.", "没有符合的图片。"],
  base: ["Base URL for chat programs", "Basis-URL für Chatprogramme", "聊天程序的接口地址"],
  baseMore: [
    "Give it to any program that speaks OpenAI’s protocol, with the same key.",
    "Für jedes Programm, das OpenAIs Protokoll spricht, mit demselben Schlüssel.",
    "填入任何支持 OpenAI 协议的程序，使用同一个密钥。",
  ],
  // The composer
  composer: ["Your picture", "Ihr Bild", "创作"],
  key: ["Key", "Schlüssel", "密钥"],
  keyMore: ["from whoever runs this gateway", "von dem, der dieses Gateway betreibt", "由网关管理者提供"],
  changeKey: ["Change the key", "Schlüssel ändern", "更改密钥"],
  remember: ["Remember it on this device", "Auf diesem Gerät merken", "在此设备上记住"],
  references: ["Pictures to go by", "Bildvorlagen", "参考图片"],
  reference: ["Picture {n} of {all}", "Vorlage {n} von {all}", "参考图 {n}/{all}"],
  referenceKeys: [
    "Arrow keys move it, Delete removes it",
    "Pfeiltasten verschieben, Entf entfernt",
    "方向键移动，Delete 移除",
  ],
  removeReference: ["Remove picture {n}", "Vorlage {n} entfernen", "移除参考图 {n}"],
  pick: ["Add a picture", "Bild hinzufügen", "添加图片"],
  drop: ["Drop pictures here", "Bilder hier ablegen", "把图片放到这里"],
  notAPicture: [
    "Only PNG, JPEG, WebP, GIF and AVIF can be added.",
    "Nur PNG, JPEG, WebP, GIF und AVIF lassen sich hinzufügen.",
    "只能添加 PNG、JPEG、WebP、GIF 和 AVIF。",
  ],
  tooLarge: ["A picture may have 20 MB at most.", "Ein Bild darf höchstens 20 MB haben.", "每张图片不得超过 20 MB。"],
  noModelTakes: [
    "No model here goes by pictures.",
    "Kein Modell hier nimmt Bildvorlagen.",
    "这里没有支持参考图的模型。",
  ],
  switched: [
    "{model} goes by pictures, and was chosen.",
    "{model} nimmt Bildvorlagen und wurde gewählt.",
    "已切换到支持参考图的 {model}。",
  ],
  atMost: [
    "This model takes {n} picture at most.|This model takes {n} pictures at most.",
    "Dieses Modell nimmt höchstens {n} Bild.|Dieses Modell nimmt höchstens {n} Bilder.",
    "此模型最多接受 {n} 张图片。",
  ],
  idea: ["Idea", "Idee", "想法"],
  ideaHint: ["Describe a picture", "Ein Bild beschreiben", "描述一幅画面"],
  shape: ["Shape", "Format", "比例"],
  auto: ["Auto", "Auto", "自动"],
  ratio: ["Any other ratio", "Anderes Verhältnis", "其他比例"],
  model: ["Model", "Modell", "模型"],
  takes: [
    "goes by {n} picture|goes by up to {n} pictures",
    "nimmt {n} Vorlage|nimmt bis zu {n} Vorlagen",
    "最多 {n} 张参考图",
  ],
  takesNone: ["from words", "aus Worten", "仅文字"],
  price: ["{price} a picture", "{price} je Bild", "每张 {price}"],
  rests: ["rests {time}", "pausiert {time}", "暂停 {time}"],
  count: ["Number of pictures", "Anzahl der Bilder", "图片数量"],
  details: ["More settings", "Weitere Einstellungen", "更多设置"],
  without: ["Without", "Ohne", "不要出现"],
  withoutHint: ["text, watermark", "Schrift, Wasserzeichen", "文字、水印"],
  size: ["Size", "Größe", "尺寸"],
  seed: ["Seed", "Seed", "种子"],
  random: ["random", "zufällig", "随机"],
  quality: ["Quality", "Qualität", "质量"],
  low: ["Low", "Niedrig", "低"],
  medium: ["Medium", "Mittel", "中"],
  high: ["High", "Hoch", "高"],
  raw: ["Draw my words as they are", "Meine Worte unverändert zeichnen", "原样使用我的文字"],
  notify: ["Tell me when a picture is ready", "Benachrichtigen, wenn ein Bild fertig ist", "图片完成时通知我"],
  make: ["Make", "Erstellen", "生成"],
  leftShort: ["{left} left today", "Heute noch {left}", "今日剩余 {left}"],
  // A run
  writing: ["Writing the prompt", "Prompt schreiben", "撰写提示词"],
  thinking: ["Thinking", "Nachdenken", "思考"],
  queue: ["In the queue", "In der Warteschlange", "排队"],
  drawing: ["Drawing", "Zeichnen", "绘制"],
  loading: ["Fetching", "Abholen", "获取"],
  reconnecting: ["Connecting again", "Neu verbinden", "重新连接"],
  draft: ["Draft", "Entwurf", "草图"],
  usually: ["{past}, usually {usual}", "{past}, meist {usual}", "{past}，通常 {usual}"],
  working: ["At work", "In Arbeit", "进行中"],
  ready: ["Your picture is ready", "Ihr Bild ist fertig", "图片已完成"],
  readyAfter: ["Ready after {time}.", "Fertig nach {time}.", "用时 {time} 完成。"],
  original: [
    "The language model did not answer: your own words were drawn.",
    "Das Sprachmodell hat nicht geantwortet: Gezeichnet wurden Ihre eigenen Worte.",
    "语言模型没有回答：按您的原文绘制。",
  ],
  originalShort: ["Your own words", "Eigene Worte", "原文"],
  someLost: [
    "{made} of {count} pictures were made.",
    "{made} von {count} Bildern wurden fertig.",
    "{count} 张中完成了 {made} 张。",
  ],
  stop: ["Stop", "Anhalten", "停止"],
  stopped: ["Stopped.", "Angehalten.", "已停止。"],
  stoppedMore: [
    "What the gateway has begun can still be fetched.",
    "Was das Gateway begonnen hat, lässt sich noch abholen.",
    "网关已开始的工作，之后仍可取回。",
  ],
  fetchAgain: ["Fetch it", "Abholen", "取回"],
  retry: ["Try again", "Noch einmal", "重试"],
  change: ["Change", "Ändern", "修改"],
  dismiss: ["Dismiss", "Verwerfen", "关闭"],
  waitFor: ["Try again in {time}.", "Noch einmal in {time}.", "{time} 后可重试。"],
  mayRetry: ["You can try again now.", "Jetzt geht es wieder.", "现在可以重试。"],
  // What went wrong
  status: [
    "The gateway answered with status {status}.",
    "Das Gateway hat mit Status {status} geantwortet.",
    "网关返回状态 {status}。",
  ],
  badKey: [
    "That key is not accepted. Check it, or ask whoever runs this gateway.",
    "Dieser Schlüssel gilt nicht. Prüfen Sie ihn oder fragen Sie den Betreiber.",
    "密钥无效。请检查，或询问网关管理者。",
  ],
  noModels: ["No model is for that key.", "Für diesen Schlüssel gibt es kein Modell.", "此密钥没有可用模型。"],
  otherKey: ["Another key ordered this.", "Ein anderer Schlüssel hat das bestellt.", "由另一个密钥提交。"],
  notSetUp: [
    "This gateway is not set up yet. Whoever runs it has to see to this:",
    "Dieses Gateway ist noch nicht eingerichtet. Der Betreiber muss sich darum kümmern:",
    "网关尚未配置好，需要管理者处理：",
  ],
  otherWords: ["Change the words and try again.", "Ändern Sie die Worte.", "请修改文字后重试。"],
  otherModel: ["Choose another model.", "Wählen Sie ein anderes Modell.", "请选择其他模型。"],
  noPictures: [
    "Choose another model, or remove the pictures.",
    "Wählen Sie ein anderes Modell oder entfernen Sie die Bilder.",
    "请选择其他模型，或移除图片。",
  ],
  otherPictures: [
    "Choose other or smaller pictures.",
    "Wählen Sie andere oder kleinere Bilder.",
    "请换用其他或更小的图片。",
  ],
  later: ["Try again in a minute.", "Versuchen Sie es in einer Minute wieder.", "请一分钟后重试。"],
  broken: [
    "The connection to the gateway broke. Check your network and try again.",
    "Die Verbindung ist abgerissen. Prüfen Sie Ihr Netz.",
    "与网关的连接中断。请检查网络后重试。",
  ],
  offline: [
    "There is no network. What was asked for is fetched when it is back.",
    "Kein Netz. Was bestellt ist, wird abgeholt, wenn es wieder da ist.",
    "没有网络。恢复后会取回已提交的图片。",
  ],
  noPicture: [
    "The gateway answered without a picture.",
    "Das Gateway hat ohne Bild geantwortet.",
    "网关的回答中没有图片。",
  ],
  lost: [
    "The picture was made, but it cannot be loaded.",
    "Das Bild wurde gemacht, lässt sich aber nicht laden.",
    "图片已生成，但无法加载。",
  ],
  gone: ["This picture cannot be had any more.", "Dieses Bild ist nicht mehr zu bekommen.", "无法再获取这张图片。"],
  notKept: [
    "This browser has no room to keep the picture. Save it.",
    "Dieser Browser hat keinen Platz für das Bild. Sichern Sie es.",
    "浏览器空间不足，请保存图片。",
  ],
  // A picture
  open: ["Open: {words}", "Öffnen: {words}", "打开：{words}"],
  edit: ["Edit this", "Bearbeiten", "编辑此图"],
  vary: ["Vary", "Variieren", "变化"],
  again: ["Another seed", "Anderer Seed", "换个种子"],
  words: ["Use this prompt", "Prompt übernehmen", "使用此提示词"],
  save: ["Download", "Herunterladen", "下载"],
  trash: ["Delete", "Löschen", "删除"],
  copy: ["Copy", "Kopieren", "复制"],
  link: ["Copy link", "Link kopieren", "复制链接"],
  compare: ["Compare", "Vergleichen", "对比"],
  prev: ["Previous picture", "Voriges Bild", "上一张"],
  next: ["Next picture", "Nächstes Bild", "下一张"],
  in: ["Enlarge", "Vergrößern", "放大"],
  close: ["Close", "Schließen", "关闭"],
  viewer: ["Picture", "Bild", "图片"],
  panes: ["Picture, enlarged", "Bild, vergrößert", "图片，放大"],
  placeOf: ["Picture {n} of {all}", "Bild {n} von {all}", "第 {n} 张，共 {all} 张"],
  made: ["Made", "Entstanden", "时间"],
  time: ["Time", "Dauer", "用时"],
  cost: ["Cost", "Kosten", "费用"],
  remark: ["Remark", "Hinweis", "备注"],
  copied: ["Copied.", "Kopiert.", "已复制。"],
  cannotCopy: [
    "This browser does not let it be copied.",
    "Dieser Browser lässt das Kopieren nicht zu.",
    "此浏览器不允许复制。",
  ],
  noLink: [
    "This picture lies in this browser alone and has no link.",
    "Dieses Bild liegt nur in diesem Browser und hat keinen Link.",
    "此图片只保存在本浏览器中，没有链接。",
  ],
  onlyOne: ["There is no other picture.", "Es gibt kein anderes Bild.", "没有其他图片。"],
  deleted: ["Deleted.", "Gelöscht.", "已删除。"],
  undo: ["Undo", "Rückgängig", "撤销"],
  // What was used
  nPictures: ["{n} picture|{n} pictures", "{n} Bild|{n} Bilder", "{n} 张图片"],
  noUse: [
    "What was used cannot be told at the moment.",
    "Der Verbrauch ist gerade nicht zu erfahren.",
    "暂时无法获取用量。",
  ],
  noLedger: [
    "Without a ledger each instance counts by itself, and only what has limits.",
    "Ohne Ledger zählt jede Instanz für sich, und nur, was Grenzen hat.",
    "没有账本时，每个实例各自计数，且只统计有限额的项目。",
  ],
  today: ["Today {pictures}{cost}.", "Heute {pictures}{cost}.", "今日 {pictures}{cost}。"],
  leftToday: ["Left until midnight UTC: {left}.", "Bis Mitternacht UTC bleiben: {left}.", "UTC 午夜前剩余：{left}。"],
  perMinute: [
    "At most {n} request a minute.|At most {n} requests a minute.",
    "Höchstens {n} Anfrage in der Minute.|Höchstens {n} Anfragen in der Minute.",
    "每分钟最多 {n} 次请求。",
  ],
  oneInstance: [
    "As far as this instance of the gateway knows.",
    "Soweit diese Instanz des Gateways weiß.",
    "仅限此网关实例所知。",
  ],
  byDay: ["By day", "Nach Tagen", "按日"],
  dayHeadings: ["Day,Requests,Failed,Pictures,Cost", "Tag,Anfragen,Fehler,Bilder,Kosten", "日期,请求,失败,图片,费用"],
  clients: ["Clients", "Clients", "客户端"],
  someClients: ["Clients, not all of them", "Clients, nicht alle", "客户端（部分）"],
  clientHeadings: [
    "Client,Pictures today,Cost today,Pictures in 30 days,Cost in 30 days",
    "Client,Bilder heute,Kosten heute,Bilder in 30 Tagen,Kosten in 30 Tagen",
    "客户端,今日图片,今日费用,30 天图片,30 天费用",
  ],
  backends: ["Backends, in 30 days", "Backends, in 30 Tagen", "后端（30 天）"],
  backendHeadings: [
    "Backend,Calls,Succeeded,p50,p95,Last failure,Keys",
    "Backend,Aufrufe,Gelungen,p50,p95,Letzter Fehler,Schlüssel",
    "后端,调用,成功,p50,p95,最近失败,密钥",
  ],
  restsFor: ["rests {wait} s", "pausiert {wait} s", "暂停 {wait} s"],
  key_ready: ["ready", "bereit", "就绪"],
  key_resting: ["resting", "pausiert", "暂停中"],
};

/** The words for a name, with these values in their places. Of "one|many" the number n decides. */
function t(name, values = {}) {
  const forms = words[name]?.[languages.indexOf(language)] ?? name;
  const [one, many = one] = name === "samples" ? [forms] : forms.split("|");
  return (values.n === 1 ? one : many).replace(/\{(\w+)\}/g, (_, value) => values[value]);
}

/** Fills in what stands in the document: texts, names for screen readers, and hints. */
function layWords() {
  document.documentElement.lang = language === "zh" ? "zh-Hans" : language;
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = t(element.dataset.t);
  for (const element of document.querySelectorAll("[data-label]")) {
    element.ariaLabel = t(element.dataset.label);
    if (element.matches("button.icon")) element.title = element.ariaLabel;
  }
  for (const element of document.querySelectorAll("[data-hint]")) element.placeholder = t(element.dataset.hint);
}
