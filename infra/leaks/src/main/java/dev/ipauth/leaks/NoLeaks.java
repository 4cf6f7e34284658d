package dev.ipauth.leaks;

import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class after which a buffer is gone that nobody released. JUnit finds it by itself.
 */
public final class NoLeaks implements AfterAllCallback {
  private static final Watch WATCH = Watch.begin();

  @Override
  public void afterAll(ExtensionContext context) {
    if (!Watch.isParanoid()) {
      throw new AssertionError("Netty's leak detection was turned off");
    }
    List<String> leaks = WATCH.found();
    if (!leaks.isEmpty()) {
      throw new AssertionError(
          "Netty reports " + leaks.size() + " leaks\n" + String.join("\n", leaks));
    }
  }
}
