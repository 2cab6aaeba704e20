//! Addresses as they are told to the router, each of them noted, so that all can be listed: who may do what at which
//! address is proven for every one of them.
//!
//! Speaks as the router of `actix-web` does, whose `get`, `post`, `resource` and `scope` these stand in for.

use actix_web::dev::HttpServiceFactory;
use actix_web::web::{self, ServiceConfig};
use actix_web::{FromRequest, Handler, Resource, Responder, Route, Scope};

/// One method at one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The address, with its parts that vary in braces.
    pub pattern: String,
}

/// A method that waits for its handler.
pub struct Verb {
    method: &'static str,
    route: Route,
}

/// A method with its handler.
pub struct Way {
    method: &'static str,
    route: Route,
}

/// What is asked for.
pub fn get() -> Verb {
    Verb { method: "GET", route: web::get() }
}

/// What is posted.
pub fn post() -> Verb {
    Verb { method: "POST", route: web::post() }
}

impl Verb {
    /// Gives the method its handler.
    pub fn to<F, Args>(self, handler: F) -> Way
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        Way { method: self.method, route: self.route.to(handler) }
    }
}

/// One address with several methods.
pub struct Place {
    pattern: String,
    methods: Vec<&'static str>,
    resource: Resource,
}

/// An address that takes several methods.
pub fn resource(pattern: &str) -> Place {
    Place { pattern: pattern.to_owned(), methods: Vec::new(), resource: web::resource(pattern) }
}

impl Place {
    /// Adds a method.
    pub fn route(mut self, way: Way) -> Self {
        self.methods.push(way.method);
        Self { resource: self.resource.route(way.route), ..self }
    }

    /// Gives the address a value of its own.
    pub fn app_data<U: 'static>(self, data: U) -> Self {
        Self { resource: self.resource.app_data(data), ..self }
    }
}

/// Addresses that begin alike.
pub struct Under {
    noted: Vec<Address>,
    prefix: String,
    scope: Scope,
}

/// Addresses that begin with `prefix`.
pub fn scope(prefix: &str) -> Under {
    Under { noted: Vec::new(), prefix: prefix.to_owned(), scope: web::scope(prefix) }
}

impl Under {
    /// Adds what `tell` tells.
    pub fn configure(self, tell: impl FnOnce(&mut Routes<'_>)) -> Self {
        let (mut noted, prefix) = (self.noted, self.prefix);
        let scope = self.scope.configure(|app| {
            let mut routes = Routes { app, prefix: prefix.clone(), noted: Vec::new() };
            tell(&mut routes);
            noted.append(&mut routes.noted);
        });
        Self { noted, prefix, scope }
    }
}

/// What can be told to the router as a whole.
pub trait Told {
    /// Tells it.
    fn tell(self, routes: &mut Routes<'_>);
}

impl Told for Place {
    fn tell(self, routes: &mut Routes<'_>) {
        for method in self.methods {
            routes.note(method, &self.pattern);
        }
        routes.add(self.resource);
    }
}

impl Told for Under {
    fn tell(mut self, routes: &mut Routes<'_>) {
        routes.noted.append(&mut self.noted);
        routes.add(self.scope);
    }
}

/// The router, and what it was told so far.
pub struct Routes<'a> {
    app: &'a mut ServiceConfig,
    prefix: String,
    noted: Vec<Address>,
}

impl<'a> Routes<'a> {
    /// Nothing yet.
    pub fn new(app: &'a mut ServiceConfig) -> Self {
        Self { app, prefix: String::new(), noted: Vec::new() }
    }

    /// Every address in the order in which it was told.
    pub fn noted(self) -> Vec<Address> {
        self.noted
    }

    fn note(&mut self, method: &'static str, pattern: &str) {
        self.noted.push(Address { method, pattern: [&self.prefix, pattern].concat() });
    }

    fn add(&mut self, service: impl HttpServiceFactory + 'static) {
        self.app.service(service);
    }

    /// Adds an address with one method.
    pub fn route(&mut self, pattern: &str, way: Way) -> &mut Self {
        self.note(way.method, pattern);
        self.app.route(pattern, way.route);
        self
    }

    /// Adds an address with several methods, or addresses that begin alike.
    pub fn service(&mut self, told: impl Told) -> &mut Self {
        told.tell(self);
        self
    }

    /// Adds what `tell` tells.
    pub fn configure(&mut self, tell: impl FnOnce(&mut Self)) -> &mut Self {
        tell(self);
        self
    }

    /// What answers where no address does.
    pub fn otherwise(&mut self, route: Route) {
        self.app.default_service(route);
    }
}
