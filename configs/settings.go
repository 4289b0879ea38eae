package configs

import "time"

// Settings is rostrum.yaml: how one instance runs. The comments of its fields are the documentation of the settings: they are
// printed into rostrum.yaml and docs/configuration.md, and say the unit, what zero means, and why one would change the setting.
// A tag default gives the default, check names a rule of checks, oneof the words a setting takes, min and max its bounds.
type Settings struct {
	// Address and port on which the web pages and the API are served. Port 0 takes a free port. On an address other than
	// loopback every request needs a token. Change it to be reached from other machines, best behind a reverse proxy with TLS.
	Listen string `yaml:"listen" default:"127.0.0.1:8700" check:"address"`
	// Folder of everything that is kept: bus, archive, index and the first admin token. Relative to the working directory.
	// Change it to put the data on the disk that is backed up.
	Data string `yaml:"data" default:"rostrum-data" check:"required"`
	// Names by which browsers may address this server, besides localhost, addresses in digits and the host of public_url. Empty: no
	// others. A request for any other name is refused, against DNS rebinding. Add further names that your reverse proxy serves.
	Hosts []string `yaml:"hosts" check:"host"`
	// Address under which readers reach this instance; it begins the links in alerts and feeds. Empty: http:// and the listen
	// address. Set it when a reverse proxy stands in front.
	PublicURL string `yaml:"public_url" check:"url"`
	// What is watched: folders beside this file ("." is its own folder), or names of processes that come with Rostrum (demo,
	// cybercrime-convention). Empty: nothing is watched, and what was collected can still be searched.
	ProcessFolders []string `yaml:"processes" check:"folder"`
	// What this process does: crawler, indexer, search. Empty: everything. indexer and search go together, for one process at a
	// time can hold the index; crawlers may run apart from them, and there may be many, once bus.url names an outside NATS server.
	// rostrum crawl and rostrum serve choose for themselves.
	Roles []string `yaml:"roles" oneof:"crawler|indexer|search"`

	Bus     Bus     `yaml:"bus"`
	Fetch   Fetch   `yaml:"fetch"`
	Archive Archive `yaml:"archive"`
	Alerts  Alerts  `yaml:"alerts"`
	Exports Exports `yaml:"exports"`
	Search  Search  `yaml:"search"`
	Auth    Auth    `yaml:"auth"`
	Log     Log     `yaml:"log"`

	// Address and port on loopback at which Go's profiles of the running process are served, under /debug/pprof/. Empty: nowhere. Set it,
	// such as to 127.0.0.1:6060, when you look for what takes time or memory.
	Profile string `yaml:"profile" check:"loopback"`

	At Place `yaml:"-"`
}

// Bus is NATS, over which everything travels.
type Bus struct {
	// Address of an outside NATS server with JetStream; several are separated by commas. Empty: NATS runs inside this process
	// with no open port. Set it to split the roles over processes.
	URL string `yaml:"url" check:"nats"`
	// Token for the outside NATS server. Empty: none.
	Token Secret `yaml:"token"`
	// User name for the outside NATS server. Empty: none.
	User string `yaml:"user"`
	// Password of that user. Empty: none.
	Password Secret `yaml:"password"`
	// Path of a NATS credentials file (.creds) for the outside server. Empty: none.
	Credentials string `yaml:"credentials"`
	// When the bus inside this process writes to the disk for good: always (before each acknowledgement; nothing is lost when the
	// power fails) or interval (every ten seconds; several times faster, and a power failure can lose what came since). An
	// outside server has its own setting.
	Sync string `yaml:"sync" default:"always" oneof:"always|interval"`
	// How many servers of an outside NATS cluster keep each stream. With 3 one of them may fail and nothing stops, with 5 two.
	// All parts need the same number. Change it when bus.url names a cluster.
	Replicas int `yaml:"replicas" default:"1" oneof:"1|3|5"`
	// Most bytes of captures that may wait for the indexer; the disk must have them free. When they are used up the crawler
	// waits. Change it when the disk is small, or when the indexer is to be away for long.
	CapturesMaxBytes Size `yaml:"captures_max_bytes" default:"1GB" min:"16MB" max:"100TB"`
	// How long announcements of statements are kept, for alerts that catch up after an outage. Change it when the
	// search node may be away for longer.
	StatementsKeep time.Duration `yaml:"statements_keep" default:"30d" min:"1h" max:"3650d"`
}

// Fetch is how the crawler behaves towards the sites it visits.
type Fetch struct {
	// Name by which the crawler introduces itself; robots.txt groups are matched on its product word. Letters, digits and
	// hyphens, with /VERSION after it if wanted. Change it to be known as your own organisation's crawler.
	UserAgent string `yaml:"user_agent" default:"Rostrum" check:"product"`
	// Web or mail address at which a site's operator reaches you; it stands in the User-Agent. Empty: none, and the crawler
	// refuses sources on the open web. Set it before you crawl.
	Contact string `yaml:"contact" check:"contact"`
	// Addresses to use instead of DNS: host name to ADDRESS:PORT. Empty: DNS alone. For tests and demonstrations; an address
	// that is private must be in allow_private as well.
	Hosts map[string]string `yaml:"hosts" keys:"host" check:"mapping"`
	// Private networks, addresses or host names that may be fetched all the same. Empty: none, so that no page can make the
	// crawler read your intranet. Add what you monitor there.
	AllowPrivate []string `yaml:"allow_private" check:"network"`
	// Whether robots.txt is obeyed. Switch it off for sites of your own only.
	Robots bool `yaml:"robots" default:"true"`
	// Least time between two requests to one host; a longer Crawl-delay of the site wins. 0: no pause, for sites of your own.
	// Raise it for small sites.
	Delay time.Duration `yaml:"delay" default:"2s" min:"0s" max:"1h"`
	// Requests to one host at the same time. Raise it for sites of your own only.
	PerHost int `yaml:"per_host" default:"1" min:"1" max:"64"`
	// Requests at the same time over all hosts. Raise it when there are many hosts, lower it on a thin line.
	Parallel int `yaml:"parallel" default:"8" min:"1" max:"256"`
	// Longest time of one request, from connecting to the last byte. Raise it for large files on slow sites.
	Timeout time.Duration `yaml:"timeout" default:"30s" min:"100ms" max:"10m"`
	// Most bytes of a page or file, after decompression. What is larger is not kept, and the source's health says so. Raise it
	// for long PDF files.
	MaxBody Size `yaml:"max_body" default:"32MB" min:"1KB" max:"256MB"`
	// Most redirects that are followed for one fetch. 0: none.
	MaxRedirects int `yaml:"max_redirects" default:"10" min:"0" max:"20"`
	// Most new pages that one pass over a source takes up; the rest comes in the next pass, and the source's health says so.
	// Raise it for a source with a large archive.
	MaxPages int `yaml:"max_pages" default:"5000" min:"1" max:"1000000"`
	// Most pages of one source that are remembered and fetched again; no more are taken up then, and the source's health says so.
	// Raise it for a source with a larger archive, and with it the memory: some 2 KB a page.
	MaxKnown int `yaml:"max_known" default:"100000" min:"1" max:"10000000"`
	// Whether a fetch that finds a page unchanged is kept in the archive, as a record of some 500 bytes without the page: it proves
	// that the page still said so on that day. Switch it off to save the room; then only changes are kept.
	Unchanged bool `yaml:"unchanged" default:"true"`
	// First pause after a failure of a host or page; it doubles with each failure in a row. A longer Retry-After of the site wins.
	// Lower it for sites of your own only.
	Backoff time.Duration `yaml:"backoff" default:"30s" min:"100ms" max:"1d"`
	// Longest pause after failures in a row: a host that is down is asked again this often. Lower it when hours matter.
	MaxBackoff time.Duration `yaml:"max_backoff" default:"6h" min:"1s" max:"30d"`
	// How often a source is looked at for new pages, where it does not say itself. Lower it when hours matter.
	Every time.Duration `yaml:"every" default:"1h" min:"1s" max:"365d"`
	// How seldom a source may be looked at that has brought nothing new for long: the wait grows from every to this, and is never
	// more than an eighth of the time since the last new page. Up to every: it does not grow.
	EveryMax time.Duration `yaml:"every_max" default:"1d" min:"0s" max:"365d"`
	// When a page that is new, or has just changed, is fetched again to find revisions, where its source does not say itself;
	// the longer it stands unchanged, the rarer. 0: never. Lower it for pages that are edited in place.
	Revisit time.Duration `yaml:"revisit" default:"1d" min:"0s" max:"3650d"`
}

// Archive is where every captured page is kept, as WARC files in the data folder.
type Archive struct {
	// Size at which an archive file is full and the next one begins. A full file never changes. Change it to what is handy to move
	// and to back up.
	MaxFile Size `yaml:"max_file" default:"512MB" min:"1MB" max:"100GB"`
	// Folders to which full archive files were moved, to make room on the data disk. They are looked at for files that are not in the
	// data folder, and not written to. Relative to the working directory. Empty: all files are in the data folder.
	Folders []string `yaml:"folders"`
}

// Alerts is how saved queries tell their owners.
type Alerts struct {
	// Private networks, addresses or host names to which webhooks may be delivered. Empty: none. Add your own receivers.
	AllowPrivate []string `yaml:"allow_private" check:"network"`
	// Longest time of one delivery to a webhook, and of one step in the talk with the mail server.
	Timeout time.Duration `yaml:"timeout" default:"15s" min:"100ms" max:"5m"`
	// How long what became of each delivery is kept. Of more than 500,000 the oldest go before. Change it when you must be able to show, or
	// must not keep, who was told what and when.
	DeliveriesKeep time.Duration `yaml:"deliveries_keep" default:"2160h" min:"336h" max:"87600h"`
	// Saved queries that a new instance begins with: name to query. They fire for what is stored as well, and tell by their feeds until
	// they are given channels. Those that are removed do not come back. Empty: none.
	Starters map[string]string `yaml:"starters"`

	SMTP SMTP `yaml:"smtp"`
}

// SMTP is the server through which mail leaves.
type SMTP struct {
	// Name of the mail server. Empty: no mail is sent, and saved queries can have no mail channel.
	Host string `yaml:"host" check:"host"`
	// Port of the mail server: 587 for STARTTLS, 465 for TLS from the start.
	Port int `yaml:"port" default:"587" min:"1" max:"65535"`
	// User name at the mail server. Empty: no login.
	User string `yaml:"user"`
	// Password at the mail server. Empty: no login.
	Password Secret `yaml:"password"`
	// Sender of the mails, as in "Rostrum <alerts@example.org>". Needed when smtp.host is set.
	From string `yaml:"from" check:"mail"`
	// Encryption towards the mail server: required, or none for a server on this machine.
	TLS string `yaml:"tls" default:"required" oneof:"required|none"`
}

// Exports is where exports that are made again and again are brought.
type Exports struct {
	// Folder of the server into which they are written. Relative to the working directory. Empty: none, and only the bucket is
	// offered. Set it to a folder that is shared or backed up.
	Folder string `yaml:"folder"`

	S3 S3 `yaml:"s3"`
}

// S3 is a bucket of S3, or of a server that speaks its language.
type S3 struct {
	// Address of the bucket's server, such as https://s3.eu-west-1.amazonaws.com; the bucket is named in the path. Empty: no bucket.
	Endpoint string `yaml:"endpoint" check:"url"`
	// Region that requests are signed for. Change it to the bucket's.
	Region string `yaml:"region" default:"us-east-1"`
	// Name of the bucket. Needed when s3.endpoint is set.
	Bucket string `yaml:"bucket"`
	// Id of the key with which requests are signed. Let it put objects into this bucket and nothing else. Needed when s3.endpoint is set.
	AccessKey string `yaml:"access_key"`
	// The secret of that key. Needed when s3.endpoint is set.
	SecretKey Secret `yaml:"secret_key"`
}

// Search is how much is asked of the index at once; what is more waits for its turn, the cheapest first.
type Search struct {
	// Searches that run at the same time. 0: four for each core. Lower it where memory is short.
	AtOnce int `yaml:"at_once" default:"0" min:"0" max:"1000"`
	// How many of them may be dear: such as read for more than 10 ms of one core. 0: one for each core. Lower it to 1 where a core must stay
	// free for what comes in.
	Dear int `yaml:"dear" default:"0" min:"0" max:"1000"`
	// How long a search waits for its turn at most, before it is refused with 429; and how much work may wait for all cores together, of
	// which the dearest is refused first. Raise it where programs ask that would rather wait than come again.
	Wait time.Duration `yaml:"wait" default:"2s" min:"100ms" max:"1m"`
}

// Auth is who may ask.
type Auth struct {
	// Who needs a token: auto (everybody, unless listen is a loopback address) or always.
	Require string `yaml:"require" default:"auto" oneof:"auto|always"`
	// The first admin token, at least 16 characters. Empty: one is made and written to admin.token in the data folder.
	AdminToken Secret `yaml:"admin_token" check:"token"`
	// Header in which a reverse proxy says who the user is, such as X-Forwarded-User. Empty: no header is believed. Needs
	// auth.proxies.
	ProxyHeader string `yaml:"proxy_header" check:"header"`
	// Addresses or networks of the reverse proxies whose header is believed. Empty: none.
	Proxies []string `yaml:"proxies" check:"cidr"`
}

// Log is what the process says of itself, on standard error.
type Log struct {
	// Least level that is printed: debug, info, warn or error.
	Level string `yaml:"level" default:"info" oneof:"debug|info|warn|error"`
	// Form of the lines: text for people, json for collectors.
	Format string `yaml:"format" default:"text" oneof:"text|json"`
}
