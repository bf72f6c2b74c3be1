package sqlfn

import "math"

// Angles are in radians, but for places on the earth, which are in degrees.

// Asin is the angle, from -π/2 to π/2, whose sine is x.
func Asin(x float64) (float64, error) {
	if x < -1 || x > 1 {
		return 0, notASine("ASIN", x)
	}
	return math.Asin(x), nil
}

// Acos is the angle, from 0 to π, whose cosine is x.
func Acos(x float64) (float64, error) {
	if x < -1 || x > 1 {
		return 0, notASine("ACOS", x)
	}
	return math.Acos(x), nil
}

func notASine(name string, x float64) error {
	return Error(name + " of " + formatFloat(x) + ": sine and cosine lie between -1 and 1")
}

// Acosh is the number, from 0 on, whose hyperbolic cosine is x.
func Acosh(x float64) (float64, error) {
	if x < 1 {
		return 0, Error("ACOSH of " + formatFloat(x) + ": a hyperbolic cosine is at least 1")
	}
	return math.Acosh(x), nil
}

// Atanh is the number whose hyperbolic tangent is x.
func Atanh(x float64) (float64, error) {
	if x <= -1 || x >= 1 {
		return 0, Error("ATANH of " + formatFloat(x) + ": a hyperbolic tangent lies between -1 and 1")
	}
	return math.Atanh(x), nil
}

// Cot is the cotangent of x.
func Cot(x float64) (float64, error) {
	if x == 0 {
		return 0, Error("COT of 0 is no finite number")
	}
	return 1 / math.Tan(x), nil
}

// Sinh is the hyperbolic sine of x.
func Sinh(x float64) (float64, error) { return finite("SINH", x, math.Sinh(x)) }

// Cosh is the hyperbolic cosine of x.
func Cosh(x float64) (float64, error) { return finite("COSH", x, math.Cosh(x)) }

// Degrees is an angle in degrees.
func Degrees(x float64) float64 { return x * (180 / math.Pi) }

// Radians is an angle of so many degrees.
func Radians(x float64) float64 { return x * (math.Pi / 180) }

// earthRadius is the mean radius of the earth in kilometres (IUGG).
const earthRadius = 6371.0088

// GeoDistance is the distance in kilometres of two places along the surface of a round earth (haversine formula).
func GeoDistance(lat1, lon1, lat2, lon2 float64) (float64, error) {
	for _, lat := range [...]float64{lat1, lat2} {
		if !(lat >= -90 && lat <= 90) {
			return 0, Error("GEO_DISTANCE: a latitude lies between -90 and 90 degrees, not at " + formatFloat(lat))
		}
	}
	for _, lon := range [...]float64{lon1, lon2} {
		if !(lon >= -360 && lon <= 360) {
			return 0, Error("GEO_DISTANCE: a longitude lies between -180 and 180 degrees, not at " + formatFloat(lon))
		}
	}
	s, t := math.Sin(Radians(lat2-lat1)/2), math.Sin(Radians(lon2-lon1)/2)
	h := s*s + math.Cos(Radians(lat1))*math.Cos(Radians(lat2))*t*t
	return 2 * earthRadius * math.Asin(math.Sqrt(min(h, 1))), nil
}
