package dev.ipauth.settings;

import java.util.List;

/** Settings that nothing can be started with. */
public final class BadSettings extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient List<String> lines;

  public BadSettings(List<String> lines) {
    super(String.join("\n", lines));
    this.lines = List.copyOf(lines);
  }

  /** One for each bad setting, to be shown to the operator. No secrets are in them. */
  public List<String> lines() {
    return lines;
  }
}
