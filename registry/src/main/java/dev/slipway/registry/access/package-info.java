/// Who may read, edit and manage experiments and registered models, as MLflow's `basic-auth` app.
///
/// People are the platform's ([Identities]) or have a password here ([Users]); what they may is in
/// [Permissions]; [Guard] asks before each request is answered.
///
/// Source: mlflow/server/auth.
@NullMarked
package dev.slipway.registry.access;

import org.jspecify.annotations.NullMarked;
