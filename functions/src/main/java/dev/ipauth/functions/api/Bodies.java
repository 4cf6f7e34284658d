package dev.ipauth.functions.api;

import dev.ipauth.functions.problem.Refusal;
import dev.ipauth.functions.register.RegisterSettings;
import jakarta.inject.Singleton;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads a request's body. */
@Singleton
public final class Bodies {
  private final RegisterSettings settings;

  Bodies(RegisterSettings settings) {
    this.settings = settings;
  }

  /**
   * What a body says.
   *
   * @param reading asks for each field of the body; what it makes of faulty ones doesn't matter
   * @throws Refusal for everything that was wrong with the body at once: its size, its JSON, types
   *     and unknown fields (400), or the values (422)
   */
  public <T> T read(byte @Nullable [] body, Function<Fields, T> reading) {
    Fields fields = Fields.of(body, new Values(settings.nominable()));
    T value = reading.apply(fields);
    fields.end();
    return value;
  }
}
