package networks
import ("testing";"context";"fmt";"time";"os"
"github.com/glia-sim/glia/sim"
"github.com/glia-sim/glia/neurons"
"github.com/glia-sim/glia/analysis")
func TestScratch(t *testing.T){
 which:=os.Getenv("M"); T:=4900.; 
 for seed:=uint64(1);seed<=uint64(12);seed++{
  v:=map[string]func()VogelsAbbott{"cuba":DefaultCUBA,"coba":DefaultCOBA,"hh":DefaultCOBAHH,"va":DefaultVA}[which]()
  if which=="hh"{T=900; if seed>4{break}}
  if os.Getenv("REF")!="" { if m,ok:=v.Neuron.(neurons.LIFCond);ok{m.TRef=4.9;v.Neuron=m}; if m,ok:=v.Neuron.(neurons.LIFExp);ok{m.TRef=4.9;v.Neuron=m}}
  n,err:=v.Build(sim.Options{Seed:seed,Workers:1}); if err!=nil{t.Fatal(err)}
  rec:=n.Net.RecordSpikes(sim.SpikeOptions{From:100},n.E,n.I)
  n.Net.Build(context.Background())
  t0:=time.Now()
  if err:=n.Net.Run(context.Background(),100+T);err!=nil{t.Fatal(err)}
  el:=time.Since(t0)
  tt,ids:=rec.Trains(); s:=analysis.Spikes{Times:tt,IDs:ids}
  cv,nc:=analysis.MeanCV(s,0,4000,2)
  f,_:=analysis.PopulationFano(s,100,100+T,5)
  sil:=0; for _,c:=range s.Counts(0,4000){if c==0{sil++}}
  fmt.Printf("%s seed %d rate %.3f E %.3f I %.3f cv %.4f n %d silent %d fano %.2f  syn %d  %.2fs/model s\n",which,seed,analysis.MeanRate(s,4000,100,100+T),analysis.MeanRate(s.Subset(0,3200),3200,100,100+T),analysis.MeanRate(s.Subset(3200,4000),800,100,100+T),cv,nc,sil,f,n.Net.Counts().Synapses,el.Seconds()/(T+100)*1000)
 }
}
