package spokendigits

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/glia-sim/glia/experiments/dataset"
)

// sound is a stretch of speech: a source, of voice and noise, through the resonances of the vocal tract, which move
// from one set of formants to another.
type sound struct {
	ms           float64
	voice, noise float64    // amplitudes
	from, to     [3]float64 // formants [Hz]
}

// Formants of a man's vowels after Peterson & Barney (1952, doi 10.1121/1.1906875); those of consonants are coarse.
var (
	iy, ih, eh = [3]float64{270, 2290, 3010}, [3]float64{390, 1990, 2550}, [3]float64{530, 1840, 2480}
	ah, aa, ao = [3]float64{640, 1190, 2390}, [3]float64{730, 1090, 2440}, [3]float64{570, 840, 2410}
	uw, er     = [3]float64{300, 870, 2240}, [3]float64{490, 1350, 1690}
	ow, ww, nn = [3]float64{450, 900, 2300}, [3]float64{300, 650, 2200}, [3]float64{250, 1300, 2300}
	ss, ff, tt = [3]float64{3600, 3800, 3900}, [3]float64{1500, 2500, 3500}, [3]float64{1800, 2700, 3700}
)

func vowel(ms float64, from, to [3]float64) sound { return sound{ms, 1, 0, from, to} }
func nasal(ms float64) sound                      { return sound{ms, 0.4, 0, nn, nn} }
func hiss(ms, loud float64, f [3]float64) sound   { return sound{ms, 0, loud, f, f} }
func pause(ms float64) sound                      { return sound{ms, 0, 0, ah, ah} }

// digits are the ten words.
var digits = [10][]sound{
	{{70, 0.3, 0.3, ss, ss}, vowel(90, ih, iy), vowel(70, er, er), vowel(160, ow, uw)},
	{vowel(70, ww, ah), vowel(130, ah, ah), nasal(110)},
	{hiss(50, 0.8, tt), vowel(220, [3]float64{320, 1500, 2300}, uw)},
	{hiss(70, 0.2, ff), vowel(60, er, er), vowel(220, ih, iy)},
	{hiss(90, 0.25, ff), vowel(150, ao, ao), vowel(110, ao, er)},
	{hiss(90, 0.25, ff), vowel(220, aa, iy), {70, 0.4, 0.1, ff, ff}},
	{hiss(110, 1, ss), vowel(90, ih, ih), pause(50), hiss(30, 0.5, tt), hiss(110, 1, ss)},
	{hiss(100, 1, ss), vowel(90, eh, eh), {50, 0.5, 0.1, eh, ah}, vowel(70, ah, ah), nasal(90)},
	{vowel(190, eh, iy), pause(60), hiss(40, 0.6, tt)},
	{nasal(80), vowel(210, aa, iy), nasal(100)},
}

// speak synthesises takes of all digits by several speakers, who differ in pitch, in the length of their vocal tract and in
// pace; takes of a speaker differ in the same way, by less. It is speech-like at best: for a run without data.
func speak(seed uint64, voices, takes int) []dataset.Utterance {
	var all []dataset.Utterance
	for digit := range digits {
		for v := range voices {
			person := rand.New(rand.NewPCG(seed, 0x5eec<<8|uint64(v)))
			pitch, tract, pace := 90+140*person.Float64(), 0.85+0.35*person.Float64(), 0.8+0.4*person.Float64()
			for take := range takes {
				rng := rand.New(rand.NewPCG(seed, uint64(1+digit)<<40|uint64(v)<<32|uint64(take)))
				vary := func(x, by float64) float64 { return x * math.Exp(by*rng.NormFloat64()) }
				all = append(all, dataset.Utterance{Digit: digit, Speaker: fmt.Sprintf("voice%d", v+1), Index: take, Rate: sampleRate,
					Samples: say(digits[digit], vary(pitch, 0.06), vary(tract, 0.04), vary(pace, 0.1), rng)})
			}
		}
	}
	return all
}

// say runs a source through three resonances in series.
func say(word []sound, pitch, tract, pace float64, rng *rand.Rand) []int16 {
	var out []float64
	var y [3][2]float64 // the last two values of each resonance
	phase, fall := 0.0, 1.0
	for _, s := range word {
		shift := [3]float64{}
		for k := range shift {
			shift[k] = tract * math.Exp(0.05*rng.NormFloat64())
		}
		n := int(s.ms * pace * math.Exp(0.15*rng.NormFloat64()) * sampleRate / 1000)
		for t := range n {
			share := float64(t) / float64(n)
			phase += pitch * fall / sampleRate
			fall *= 1 - 0.3/sampleRate // pitch falls through the word
			x := s.noise*0.3*rng.NormFloat64() + 0.003*rng.NormFloat64()
			if phase >= 1 {
				phase--
				x += 6 * s.voice
			}
			// Sounds swell and fade in 10 ms.
			x *= math.Min(1, math.Min(float64(t), float64(n-t))/80)
			for k := range y {
				f := math.Min(3950, shift[k]*(s.from[k]+(s.to[k]-s.from[k])*share))
				r := math.Exp(-math.Pi * (60 + 0.05*f) / sampleRate)
				a, b := 2*r*math.Cos(2*math.Pi*f/sampleRate), -r*r
				x = (1-a-b)*x + a*y[k][0] + b*y[k][1] // of gain 1 at frequency 0
				y[k][1], y[k][0] = y[k][0], x
			}
			out = append(out, x)
		}
	}
	top := 1e-9
	for _, x := range out {
		top = max(top, math.Abs(x))
	}
	samples := make([]int16, len(out))
	for t, x := range out {
		samples[t] = int16(20000 * x / top)
	}
	return samples
}
