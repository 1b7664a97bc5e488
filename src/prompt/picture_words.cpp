#include "prompt/picture_words.h"

#include <span>

#include "base/ascii.h"
#include "base/words.h"

namespace fluxgate {
namespace {

// One line of words for each meaning, separated by '|': the whole table is one block of text.
struct MediumWords {
  Medium medium;
  std::string_view words;
};

struct SubjectWords {
  Subject subject;
  std::string_view words;
};

constexpr MediumWords kMediumWords[] = {
    {Medium::photograph,
     "photo*|35mm|dslr|polaroid|film still|cinematic|snapshot|foto*|摄影|攝影|照片|写真|写实|寫實|"
     "사진|фото"},
    {Medium::watercolor, "watercolor*|watercolour*|aquarell*|acuarela|水彩|수채화|акварел"},
    {Medium::painting,
     "painting|painted|paint a|paint an|paint me|paint the|oil on "
     "canvas|gouache|acrylic|impressionis*|fresco|ink "
     "wash|gemälde|油画|油畫|"
     "水墨|山水画|国画|國畫|油絵|유화"},
    {Medium::drawing,
     "drawing|drawn|sketch*|line art|lineart|pencil|charcoal|engraving|etching|linocut|woodcut|"
     "woodblock|doodle|illustrat*|comic|cartoon|storybook|picture book|coloring|zeichnung|dibujo|"
     "dessin|插画|插畫|素描|漫画|漫畫|绘本|繪本|线稿|イラスト|일러스트"},
    {Medium::anime, "anime|manga|ghibli|chibi|动漫|動漫|二次元|アニメ|애니"},
    {Medium::pixel_art, "pixel*|8-bit|16-bit|像素|ドット絵|픽셀"},
    {Medium::render,
     "3d|3-d|render|rendered|rendering|isometric|voxel|claymation|low poly|low-poly|cgi|三维|渲染"},
    {Medium::vector,
     "logo|logotype|icon|vector|emblem|sticker|monogram|flat design|标志|標誌|图标|圖標|徽标|矢量|"
     "贴纸|ロゴ|로고"},
    {Medium::design,
     "poster|banner|flyer|book cover|album cover|magazine cover|typograph*|infographic|postcard|"
     "business card|greeting card|birthday "
     "card|invitation|plakat|海报|海報|封面|贺卡|ポスター|포스터"},
};

constexpr SubjectWords kSubjectWords[] = {
    {Subject::person,
     "man|men|woman|women|girl|boy|child|children|kid|baby|person|people|family|grandmother|"
     "grandfather|mother|father|friend|couple|face|portrait|dancer|king|queen|soldier|astronaut|"
     "musician|chef|student|人|女孩|男孩|孩子|老人|女人|男人|少女|少年"},
    {Subject::animal,
     "cat|kitten|dog|puppy|horse|bird|owl|fox|foxes|bear|lion|tiger|elephant|rabbit|wolf|wolves|"
     "fish|whale|butterfly|butterflies|panda|penguin|frog|deer|monkey|猫|貓|狗|鸟|鳥|马|馬|狐|熊|"
     "狮|虎|兔|鱼|魚|熊猫|고양이|강아지"},
    {Subject::plant,
     "flower|rose|tulip|bouquet|orchid|blossom|sunflower|cactus|leaf|leaves|花|树叶|樱花"},
    {Subject::food,
     "food|cake|coffee|bread|pizza|burger|soup|sushi|fruit|breakfast|dinner|dessert|cocktail|pasta|"
     "noodle|chocolate|ramen|curry|sandwich|salad|steak|cookie|ice "
     "cream|wine|食|蛋糕|咖啡|面包|水果|寿司|甜点"},
    {Subject::landscape,
     "landscape|mountain|forest|sea|ocean|beach|lake|river|desert|valley|waterfall|meadow|island|"
     "field|garden|sky|volcano|森林|海|湖|沙漠|瀑布|草原|风景|風景|山"},
    {Subject::building,
     "city|cities|skyline|street|building|house|castle|tower|bridge|temple|church|village|"
     "architecture|station|lighthouse|shop|store|sign|billboard|城市|街|建筑|房子|城堡|塔|桥|寺"},
    {Subject::interior,
     "room|interior|kitchen|bedroom|office|library|libraries|studio|房间|室内|客厅|厨房"},
    {Subject::vehicle,
     "car|truck|motorcycle|bicycle|train|airplane|plane|boat|ship|bus|buses|tram|汽车|火车|飞机|"
     "船"},
    {Subject::space,
     "space|planet|galaxy|galaxies|nebula|spaceship|rocket|mars|astronomy|太空|宇宙|星球|银河"},
    {Subject::fantasy,
     "dragon|wizard|witch|witches|fairy|fairies|elf|elves|unicorn|mermaid|monster|robot|cyborg|"
     "cyberpunk|steampunk|magic*|phoenix|龙|龍|精灵|魔法|机器人|赛博朋克|独角兽"},
};

constexpr std::string_view kLightWords =
    "light|lighting|lit|sunlit|backlit|sun|sunny|sunrise|sunset|sunlight|moon|moonlight|moonlit|"
    "night|nighttime|midnight|dusk|dawn|twilight|morning|evening|noon|golden hour|blue hour|neon|"
    "candle*|lantern|dark|darkness|shadow|glow|glowing|silhouette|overcast|cloud*|fog|foggy|mist|"
    "misty|rain|rainy|snow*|storm|stormy|underwater|"
    "光|夜|晚|黄昏|日落|日出|清晨|早晨|霓虹|月|夕|影|暗|雨|雪|雾";

constexpr std::string_view kCompositionWords =
    "close-up|closeup|close up|close view|macro|wide|panoram*|aerial|overhead|top view|top-down|"
    "bird's eye|bird's-eye|low angle|low-angle|high angle|from above|from below|from behind|"
    "side view|front view|full body|full-body|half-length|headshot|portrait|symmetr*|centered|"
    "centred|composition|framing|perspective|view of|fisheye|特写|特寫|全景|俯视|俯瞰|仰视|广角|"
    "近景|远景|半身|全身|构图|对称";

}  // namespace

Medium find_medium(std::string_view text) {
  const MediumWords* medium = first_placed(std::span(kMediumWords), [&](const MediumWords& entry) {
    return find_any(text, entry.words);
  });
  return medium != nullptr ? medium->medium : Medium::unknown;
}

Subject find_subject(std::string_view text) {
  const SubjectWords* subject =
      first_placed(std::span(kSubjectWords),
                   [&](const SubjectWords& entry) { return find_any(text, entry.words); });
  return subject != nullptr ? subject->subject : Subject::unknown;
}

bool tells_light(std::string_view text) {
  return find_any(text, kLightWords) != kNowhere;
}

bool tells_composition(std::string_view text) {
  return find_any(text, kCompositionWords) != kNowhere;
}

bool mentions(std::string_view text, std::string_view word) {
  return !word.empty() && find_any(text, word) != kNowhere;
}

}  // namespace fluxgate
