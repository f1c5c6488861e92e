package plasticity
import "testing"
func TestYY(t *testing.T) { for s:=uint64(1);s<4;s++ {distalReward(t,s,1000,100,3.75,0.01,3600)} }
func TestZZ(t *testing.T) {
  for s:=uint64(1);s<5;s++ { distalReward(t,s,50,10,4.5,0.01,900); distalReward(t,s,100,20,3.75,0.01,900); distalReward(t,s,100,20,4.5,0.01,900) }
}
