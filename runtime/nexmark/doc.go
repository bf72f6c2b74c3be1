// Package nexmark makes the events of an auction house up, as the Nexmark benchmark has them: persons who register, auctions that they open, and bids.
//
// In: the properties of the connector, and the columns and fields that a job declares. Out: one JSON object per event, with nothing but what is declared. An event is a
// function of the seed and its number, so the same seed makes the same events for any number of workers and at any rate.
//
// Of 50 events, 1 is a person, 3 are auctions and 46 are bids, in this order. Half of the bids are for one auction of the last hundred, three of four come from
// one person of the last hundred, and so do auctions. A price is 10^u cents for a u between 2 and 8. Events are 1/rate apart in event time.
//
// Forbidden here: global random numbers, the wall clock.
package nexmark
