package extract

import (
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/unicode"
)

// samples are a few sentences of a fictional port in the languages that the encodings were made for.
var samples = map[string]string{
	"pl": "Wyspa Valdoria oświadcza, że światła portu mają pozostać zapalone. Żadna delegacja nie może ich zgasić bez zgody wszystkich pozostałych, a ciche ogrody będą otwarte dla każdego, kto chce w nich usiąść i pomyśleć.",
	"cs": "Ostrov Valdorie prohlašuje, že světla přístavu mají zůstat rozsvícena. Žádná delegace je nesmí zhasnout bez souhlasu všech ostatních a tiché zahrady budou otevřené každému, kdo v nich chce posedět a přemýšlet.",
	"fr": "La Valdorie déclare que les lumières du port doivent être gardées, et que les jardins resteront ouverts à tous les délégués. Aucune délégation ne peut les éteindre sans l'accord de toutes les autres, là où la mer est basse.",
	"ru": "Валдория заявляет, что огни гавани должны гореть, а тихие сады оставаться открытыми для всех делегаций без исключения. Ни одна делегация не вправе погасить их без согласия всех остальных участников переговоров.",
	"uk": "Валдорія заявляє, що вогні гавані мають горіти, а тихі сади залишатися відкритими для всіх делегацій без винятку. Жодна делегація не має права погасити їх без згоди всіх інших учасників переговорів.",
	"el": "Η Βαλδορία δηλώνει ότι τα φώτα του λιμανιού πρέπει να μείνουν αναμμένα και ότι οι ήσυχοι κήποι θα είναι ανοιχτοί για όλες τις αντιπροσωπείες. Καμία αντιπροσωπεία δεν μπορεί να τα σβήσει χωρίς τη συμφωνία όλων των άλλων.",
	"tr": "Valdoria, liman ışıklarının açık kalması gerektiğini ve sessiz bahçelerin bütün heyetlere açık olacağını bildirir. Hiçbir heyet, diğerlerinin tümünün onayı olmadan ışıkları söndüremez; şimdilik böyle kararlaştırıldı.",
	"he": "ולדוריה מודיעה כי אורות הנמל חייבים להישאר דולקים וכי הגנים השקטים יהיו פתוחים לכל המשלחות. אף משלחת אינה רשאית לכבות אותם ללא הסכמת כל האחרות, וכך הוחלט בישיבה האחרונה של הוועדה.",
	"ar": "تعلن فالدوريا أن أضواء الميناء يجب أن تبقى مضاءة وأن الحدائق الهادئة ستكون مفتوحة لجميع الوفود. ولا يجوز لأي وفد أن يطفئها من دون موافقة جميع الوفود الأخرى، وهذا ما تقرر في الجلسة الأخيرة للجنة.",
	"lv": "Valdorija paziņo, ka ostas gaismām jāpaliek ieslēgtām un klusajiem dārziem jābūt atvērtiem visām delegācijām. Neviena delegācija nedrīkst tās nodzēst bez visu pārējo piekrišanas, tā tika nolemts pēdējā sēdē.",
	"zh": "瓦尔多里亚代表团声明，港口的灯光应当保持明亮，安静的花园应当向所有代表团开放，任何人不得擅自关闭。未经其他各方同意，任何代表团都不得熄灭这些灯光，委员会在最后一次会议上作出了这一决定。",
	"tw": "瓦爾多里亞代表團聲明，港口的燈光應當保持明亮，安靜的花園應當向所有代表團開放，任何人不得擅自關閉。未經其他各方同意，任何代表團都不得熄滅這些燈光，委員會在最後一次會議上作出了這一決定。",
	"ja": "ヴァルドリアは、港の明かりをともし続け、静かな庭園をすべての代表団に開放することを宣言します。他のすべての代表団の同意なしに、いかなる代表団も明かりを消すことはできません。委員会は最後の会合でそのように決定しました。",
	"ko": "발도리아는 항구의 불빛이 계속 켜져 있어야 하며 조용한 정원이 모든 대표단에게 개방되어야 한다고 선언합니다. 다른 모든 대표단의 동의 없이는 어떤 대표단도 불을 끌 수 없습니다. 위원회는 마지막 회의에서 이렇게 결정했습니다.",
}

// TestEncodings reads the same sentences in every encoding that pages are in: named by the header, by the page, and, where it can be told,
// by nobody or wrongly.
func TestEncodings(t *testing.T) {
	for _, c := range []struct {
		label, language string
		told            bool // it can be told from the bytes
	}{
		{"windows-1250", "pl", false}, {"windows-1250", "cs", false}, {"windows-1251", "ru", true}, {"windows-1251", "uk", true},
		{"windows-1252", "fr", true}, {"windows-1253", "el", true}, {"windows-1254", "tr", true}, {"windows-1255", "he", true},
		{"windows-1256", "ar", true}, {"windows-1257", "lv", false}, {"koi8-r", "ru", true}, {"koi8-u", "uk", false}, {"ibm866", "ru", false},
		{"iso-8859-1", "fr", true}, {"iso-8859-2", "cs", false}, {"iso-8859-5", "ru", true}, {"iso-8859-6", "ar", true}, {"iso-8859-7", "el", true},
		{"iso-8859-8", "he", true}, {"iso-8859-9", "tr", true}, {"iso-8859-15", "fr", true}, {"macintosh", "fr", false}, {"x-mac-cyrillic", "ru", false},
		{"gb2312", "zh", true}, {"gbk", "zh", true}, {"gb18030", "zh", true}, {"big5", "tw", true}, {"shift_jis", "ja", true}, {"euc-jp", "ja", true},
		{"iso-2022-jp", "ja", false}, {"euc-kr", "ko", true}, {"utf-8", "ko", true}, {"utf-16le", "ru", true}, {"utf-16be", "fr", true},
	} {
		t.Run(c.label+" "+c.language, func(t *testing.T) {
			enc, _ := charset.Lookup(c.label)
			if c.label == "utf-16be" {
				enc = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
			}
			want := strings.ReplaceAll(samples[c.language], "'", "’")
			if !strings.HasPrefix(c.label, "utf") && !strings.HasPrefix(c.label, "windows") && !strings.HasPrefix(c.label, "gb18") {
				want = samples[c.language]
			}
			for name, in := range map[string]struct {
				kind, before string
				only         bool // where the bytes tell
			}{
				"header":               {"text/html; charset=" + c.label, "", false},
				"meta":                 {"text/html", `<meta charset="` + c.label + `">`, false},
				"http-equiv":           {"text/html", `<meta http-equiv=Content-Type content='text/html; charset=` + c.label + `'>`, false},
				"none":                 {"text/html", "", true},
				"UTF-8, wrongly":       {"text/html; charset=utf-8", "", true},
				"Latin 1 from habit":   {"text/html; charset=iso-8859-1", `<meta charset="` + c.label + `">`, true},
				"plain text":           {"text/plain; charset=" + c.label, "", false},
				"plain text, unnamed":  {"text/plain", "", true},
				"a label nobody knows": {"text/html; charset=x-own", "", true},
			} {
				if in.only && !c.told {
					continue
				}
				page := want + "\n\n" + want
				if strings.HasPrefix(in.kind, "text/html") {
					page = "<!doctype html><html><head>" + in.before + "<title>Valdoria</title></head><body><p>" + want + "</p><p>" + want + "</p></body></html>"
				}
				b, err := enc.NewEncoder().Bytes([]byte(page))
				if err != nil {
					t.Fatal(err)
				}
				got := decode(b, http.Header{"Content-Type": {in.kind}})
				if !strings.Contains(got, want) {
					t.Errorf("%s: %.60q", name, got[max(0, strings.Index(got, "<p>")):])
				}
			}
		})
	}
}

func TestWideTextWithoutMarkIsPlain(t *testing.T) {
	b, err := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().String(samples["fr"])
	if err != nil {
		t.Fatal(err)
	}
	if is := sniff([]byte(b)); is != formatPlain {
		t.Errorf("it is %v", is)
	}
	if is := sniff([]byte("\x00\x01\x02\x03\x00\x05\x00\x07\x00")); is != formatBinary {
		t.Errorf("noise is %v", is)
	}
}
