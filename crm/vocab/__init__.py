"""The words of the CRM: canonical objects and their fields. Pure; imports no Django."""
