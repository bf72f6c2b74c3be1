package datagen

import "math"

// random makes the random numbers of one row: splitmix64 (Steele, Lea, Flood 2014), started from seed and row number, so that rows can be
// made in any order.
type random struct{ state uint64 }

func rowRandom(seed, row uint64) random {
	r := random{seed}
	r.state = r.next() ^ row*0xd1342543de82ef95
	r.next()
	return r
}

func (r *random) next() uint64 {
	r.state += 0x9e3779b97f4a7c15
	x := r.state
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// unit is uniform in [0, 1).
func (r *random) unit() float64 { return float64(r.next()>>11) / (1 << 53) }

// below is uniform in [0, n); n > 0. Its bias is less than n/2^64.
func (r *random) below(n uint64) uint64 { return uint64(r.unit() * float64(n)) }

// normal has mean 0 and standard deviation 1 (Box and Muller 1958).
func (r *random) normal() float64 {
	u, v := 1-r.unit(), r.unit()
	return math.Sqrt(-2*math.Log(u)) * math.Cos(2*math.Pi*v)
}

// rank is in [0, n): rank i is drawn about as often as (i+1)^-s, by inverting the continuous form of the Zipf distribution.
func (r *random) rank(n, s float64) float64 {
	u := r.unit()
	var x float64
	if math.Abs(s-1) < 1e-9 {
		x = math.Pow(n+1, u)
	} else {
		x = math.Pow(u*(math.Pow(n+1, 1-s)-1)+1, 1/(1-s))
	}
	return math.Min(math.Floor(x)-1, n-1)
}
