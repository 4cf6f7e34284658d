package dev.ipauth.relay;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/**
 * SIGHUP, which services are told to reread their files by, and which ends a JVM otherwise. The
 * JDK's only way to hear of it has no public API, and where it isn't there, nothing changes.
 */
public final class Hangup {
  private Hangup() {}

  /** Runs this at each SIGHUP, from now on, in a thread of its own. */
  public static void runs(Runnable reread) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      InvocationHandler handling =
          (proxy, method, arguments) ->
              switch (method.getName()) {
                case "handle" -> {
                  Thread.startVirtualThread(reread);
                  yield null;
                }
                case "equals" -> proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "rereads";
              };
      Object rereads =
          Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, handling);
      Object hangup = signal.getConstructor(String.class).newInstance("HUP");
      signal.getMethod("handle", signal, handler).invoke(null, hangup, rereads);
    } catch (ReflectiveOperationException | IllegalArgumentException _) {
      // No such signal here, as on Windows.
    }
  }
}
