package connector

var nexmarkSource = Spec{
	Name: "nexmark_source", Aliases: []string{"nexmark"}, Schemes: []string{"nexmark"}, Kind: Source,
	Summary: "Makes the events of the Nexmark benchmark up: persons, auctions and bids.",
	Doc: `One stream has all events, as in Flink's connector of that name: event_type is 0 for a person, 1 for an auction and 2 for a bid, and of the columns
person, auction and bid all but one are NULL. A job may declare some of the columns, and of the ROWs some of the fields: what it does not declare is
not made. Without a declaration the columns are all of them. The same seed makes the same events; unlike Flink's, event times begin at a
fixed day where base-time does not say otherwise.`,
	Example: `CREATE STREAM events WITH ('connector' = 'nexmark', 'events.num' = '1000');
CREATE VIEW bids AS SELECT bid.auction, bid.bidder, bid.price, dateTime FROM events WHERE event_type = 2;
SELECT auction, price FROM bids WHERE auction % 123 = 0;`,
	Options: []Option{
		{Key: "events.num", Type: Int, Min: 0, Max: 1 << 40, Default: "0", Doc: "How many events to make; 0 never ends.", Example: "1000000"},
		{Key: "seed", Type: Int, Default: "1", Doc: "Chooses the sequence of events.", Example: "42"},
		{Key: "first-event.rate", Type: Number, Default: "10000", Doc: "Events in a second of event time, at first.", Example: "1000"},
		{Key: "next-event.rate", Type: Number, Default: "10000", Doc: "The rate that it changes to, and back, within rate.period.", Example: "1000"},
		{Key: "rate.shape", Type: Enum, Values: []string{"SQUARE", "SINE"}, Default: "SQUARE", Doc: "How the rate changes: at once in the middle of a period, or along a sine in ten steps.", Example: "SINE"},
		{Key: "rate.period", Type: Duration, Default: "600s", Doc: "How long it takes until the first rate comes back.", Example: "60s"},
		{Key: "rate.limited", Type: Bool, Default: "false", Doc: "Whether events come no faster than first-event.rate says; otherwise they come as fast as they are read.", Example: "true"},
		{Key: "base-time", Type: Int, Min: 1, Max: 1 << 43, Default: "1704067200000", Doc: "Time of the first event, in milliseconds since 1970.", Example: "1750000000000"},
		{Key: "out-of-order.group-size", Type: Int, Min: 1, Max: 1 << 20, Default: "1", Doc: "Events of a group of so many do not come in the order of their times.", Example: "1000"},
		{Key: "person.proportion", Type: Int, Min: 1, Max: 1 << 20, Default: "1", Doc: "Persons among as many events as the three proportions add up to.", Example: "1"},
		{Key: "auction.proportion", Type: Int, Min: 1, Max: 1 << 20, Default: "3", Doc: "Auctions among them.", Example: "3"},
		{Key: "bid.proportion", Type: Int, Min: 0, Max: 1 << 20, Default: "46", Doc: "Bids among them.", Example: "46"},
		{Key: "bid.hot-ratio.auctions", Type: Int, Min: 1, Max: 1 << 20, Default: "2", Doc: "One bid of so many is not for the hot auction.", Example: "4"},
		{Key: "bid.hot-ratio.bidders", Type: Int, Min: 1, Max: 1 << 20, Default: "4", Doc: "One bid of so many is not of the hot bidder.", Example: "8"},
		{Key: "auction.hot-ratio.sellers", Type: Int, Min: 1, Max: 1 << 20, Default: "4", Doc: "One auction of so many is not of the hot seller.", Example: "8"},
		{Key: "person.avg-size", Type: Size, Default: "200", Doc: "Average size of a person; extra is filled up to it.", Example: "1KiB"},
		{Key: "auction.avg-size", Type: Size, Default: "500", Doc: "Average size of an auction.", Example: "1KiB"},
		{Key: "bid.avg-size", Type: Size, Default: "100", Doc: "Average size of a bid.", Example: "200"},
	},
	Formats: []Format{{Name: "jsonlines", Encoding: "jsonlines", Doc: "What events are handed on as."}}, Replayable: true,
	Columns: "event_type INTEGER NOT NULL, " +
		"person STRUCT<id INTEGER, name STRING, emailAddress STRING, creditCard STRING, city STRING, state STRING, dateTime TIMESTAMP, extra STRING>, " +
		"auction STRUCT<id INTEGER, itemName STRING, description STRING, initialBid INTEGER, reserve INTEGER, dateTime TIMESTAMP, expires TIMESTAMP, seller INTEGER, category INTEGER, extra STRING>, " +
		"bid STRUCT<auction INTEGER, bidder INTEGER, price INTEGER, channel STRING, url STRING, dateTime TIMESTAMP, extra STRING>, dateTime TIMESTAMP NOT NULL",
	Package: "github.com/velostream/veloc/runtime/nexmark", New: "ConnectSource",
}
