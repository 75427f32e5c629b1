-- What was asked of providers long ago, and what they were asked for, is purged by the worker.
grant delete on outbound_calls, provider_objects to turnpike_app;
