package dev.ipauth.functions;

import dev.ipauth.functions.caller.IssuerKeys;
import dev.ipauth.functions.register.Randoms;
import dev.ipauth.functions.register.TableNames;
import dev.ipauth.functions.rehearsal.FirstContact;
import dev.ipauth.functions.rehearsal.Rehearsal;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.ApplicationContextBuilder;
import io.micronaut.function.aws.proxy.payload2.APIGatewayV2HTTPEventFunction;
import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;

/**
 * The way in on AWS: an HTTP API's event, payload version 2.0.
 *
 * <p>With SnapStart, Lambda makes one of these, takes a snapshot, and wakes it up in many processes
 * at once. Nothing that two of them must not share may be made before that.
 */
public final class LambdaHandler extends APIGatewayV2HTTPEventFunction implements Resource {
  /** Lambda calls this one, before the snapshot is taken. */
  public LambdaHandler() {
    // Whoever registers is held weakly; this handler, Lambda holds as long as the process lives.
    Core.getGlobalContext().register(this);
  }

  LambdaHandler(ApplicationContext application) {
    super(application);
  }

  /** With all of its parts made at the start, and so in the snapshot. */
  @Override
  protected ApplicationContextBuilder newApplicationContextBuilder() {
    return super.newApplicationContextBuilder().eagerInitSingletons(true);
  }

  @Override
  public void beforeCheckpoint(Context<? extends Resource> context) {
    Rehearsal.play();
    FirstContact.make(Parts.newClient(), applicationContext.getBean(TableNames.class));
  }

  @Override
  public void afterRestore(Context<? extends Resource> context) {
    Randoms.forgetWhatWasRead();
    applicationContext.getBean(IssuerKeys.class).readAhead();
  }
}
