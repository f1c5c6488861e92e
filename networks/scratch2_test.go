package networks
import ("testing";"context";"fmt"
"github.com/glia-sim/glia/sim"
"github.com/glia-sim/glia/synapses"
"github.com/glia-sim/glia/neurons")
func TestDie(t *testing.T){
 for _,variant:=range []string{"clip5.0","free5.0","free4.9"}{
 dead:=0; line:=""
 for seed:=uint64(1);seed<=40;seed++{
  v:=DefaultCOBA()
  if variant!="clip5.0"{ v.Start=[]Start{{"V", synapses.Normal{Mean: -60, SD: 5}},{"gex", synapses.Normal{Mean: 40, SD: 15}},{"gin",synapses.Normal{Mean: 200, SD: 120}}}}
  if variant=="free4.9"{m:=v.Neuron.(neurons.LIFCond);m.TRef=4.9;v.Neuron=m}
  n,_:=v.Build(sim.Options{Seed:seed,Workers:1})
  c:=n.Net.CountSpikes(n.E)
  last:=0.
  for k:=0;k<15;k++{ b:=c.Total; n.Net.Run(context.Background(),20); if c.Total>b {last=n.Net.Now()} else {break} }
  if last<300{dead++; line+=fmt.Sprintf(" %d@%.0f(%d)",seed,last,c.Total)}
 }
 fmt.Println(variant,"dead",dead,line)
 }
}
