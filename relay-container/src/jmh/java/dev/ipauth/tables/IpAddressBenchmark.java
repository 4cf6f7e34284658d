package dev.ipauth.tables;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What an address's text costs, read and written. */
@State(Scope.Thread)
public class IpAddressBenchmark {

  @Param({"198.51.100.7", "2001:db8:0:0:1:0:0:1", "::ffff:198.51.100.7"})
  String text = "";

  private IpAddress address = new IpAddress(0, 0);

  @Setup
  public void address() {
    address = IpAddress.parse(text);
  }

  @Benchmark
  public IpAddress parsed() {
    return IpAddress.parse(text);
  }

  @Benchmark
  public String written() {
    return address.toString();
  }
}
