"""Addresses of the REST API."""

from django.urls import path
from django.urls.resolvers import URLPattern

urlpatterns: list[URLPattern] = []
